"""How long an incident may be muted. Pure."""

from datetime import timedelta

USUAL = timedelta(hours=4)
# What breaks again within the quiet time is the same incident. A mute ends sooner than that, so it
# is about one incident only.
LONGEST = timedelta(days=1)


def within_bounds(length: timedelta) -> timedelta:
    """The length, if a mute may last so long.

    Raises:
        ValueError: it may not; the message says how long it may last.
    """
    if not timedelta(0) < length <= LONGEST:
        raise ValueError("A mute lasts from 1 minute to 1 day (30m, 4h, 1d), or “until fixed”")
    return length
