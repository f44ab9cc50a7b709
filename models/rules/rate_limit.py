"""When GitHub may be asked again, by what it said of its limits."""

from datetime import datetime, timedelta

# The clock's jobs stop asking while a tenth of the requests, or at least a few, are left: people's
# questions and the filing of issues need them.
_RESERVED = 10
_LEAST_RESERVE = 5

# GitHub's advice for a refusal that names no time: a minute at the least, and longer each time.
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=1)
_MOST_DOUBLINGS = 10
_LONGEST_RETRY_SECONDS = 86_400


def closed_until(
    allowed: int | None,
    remaining: int | None,
    reset_at: datetime | None,
    blocked_until: datetime | None,
    now: datetime,
) -> datetime | None:
    """Until when GitHub must not be asked; None when it may be asked now.

    `allowed` and `remaining` count requests until `reset_at`, as GitHub's headers say them;
    `blocked_until` is set after a refusal.
    """
    if blocked_until and blocked_until > now:
        return blocked_until
    if remaining is None or reset_at is None or reset_at <= now:
        return None
    if remaining > reserve(allowed):
        return None
    return reset_at


def reserve(allowed: int | None) -> int:
    """How many of the allowed requests the clock's jobs do not use."""
    return max(_LEAST_RESERVE, (allowed or 0) // _RESERVED)


def refused_until(
    retry_after: float | None,
    remaining: int | None,
    reset_at: datetime | None,
    strikes: int,
    now: datetime,
) -> datetime:
    """When to ask again after a refusal.

    At the time that GitHub names (`retry_after`, in seconds); else at the reset, if nothing
    remains; else after a wait that doubles. `strikes` counts the refusals before this one that
    named no time either.
    """
    if retry_after is not None:
        seconds = min(max(retry_after, 1), _LONGEST_RETRY_SECONDS)
        return now + timedelta(seconds=seconds)
    if remaining == 0 and reset_at and reset_at > now:
        return reset_at
    doublings = min(strikes, _MOST_DOUBLINGS)
    return now + min(_FIRST_WAIT * (1 << doublings), _LONGEST_WAIT)
