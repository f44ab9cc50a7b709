"""When GitHub may be asked again, by what it said of its limits."""

from datetime import datetime, timedelta

# What is left for people and for filing when the clock's jobs stop asking: a tenth, and a few at the least.
_RESERVED = 10
_LEAST_RESERVE = 5

# GitHub's advice for a refusal that names no time: a minute at the least, and longer each time.
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=1)
_MOST_DOUBLINGS = 10
_LONGEST_RETRY_SECONDS = 86_400


def closed_until(
    allowed: int | None, remaining: int | None, reset_at: datetime | None, blocked_until: datetime | None, now: datetime
) -> datetime | None:
    """Until when nothing is to be asked; None when it may be asked now."""
    if blocked_until and blocked_until > now:
        return blocked_until
    if remaining is None or reset_at is None or reset_at <= now:
        return None
    return reset_at if remaining <= reserve(allowed) else None


def reserve(allowed: int | None) -> int:
    """How many requests of those that are allowed are left alone."""
    return max(_LEAST_RESERVE, (allowed or 0) // _RESERVED)


def refused_until(
    retry_after: float | None, remaining: int | None, reset_at: datetime | None, strikes: int, now: datetime
) -> datetime:
    """When to ask again after a refusal: when GitHub says, else at the reset if nothing is left, else after a while.

    `strikes` counts the refusals before it that named no time either.
    """
    if retry_after is not None:
        return now + timedelta(seconds=min(max(retry_after, 1), _LONGEST_RETRY_SECONDS))
    if remaining == 0 and reset_at and reset_at > now:
        return reset_at
    return now + min(_FIRST_WAIT * (1 << min(strikes, _MOST_DOUBLINGS)), _LONGEST_WAIT)
