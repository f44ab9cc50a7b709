"""How long an incident may be muted. Pure."""

from datetime import UTC, date, datetime, time, timedelta

USUAL = timedelta(hours=4)
LONGEST = timedelta(days=90)


def within_bounds(length: timedelta) -> timedelta:
    """The length, if a mute may last so long.

    Raises:
        ValueError: it may not; the message says how long it may last.
    """
    if not timedelta(0) < length <= LONGEST:
        raise ValueError(
            f"A mute lasts from 1 minute to {LONGEST.days} days (30m, 4h, 1d), until a date within these "
            "(until 2030-12-31), or “until fixed”"
        )
    return length


def length_until(day: date, now: datetime) -> timedelta:
    """How long a mute lasts that ends when this day begins, in UTC.

    Raises:
        ValueError: as above.
    """
    return within_bounds(datetime.combine(day, time.min, UTC) - now)
