"""When to try again, and when to give up."""

import math
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

FIRST_SECONDS = 1.0
_CAP_SECONDS = 300.0
_DOUBLINGS_TO_CAP = 9  # 2^9 s is the first step past the cap
_LONGEST_SECONDS = 86_400.0

# With delays of three quarters of the cap on average, this many attempts fill a day.
MAX_ATTEMPTS = 390
# A platform that says when to come back is obeyed this often; then the waits grow as for any other.
PATIENT_ATTEMPTS = 20
# A destination that took nothing for so long is parked, and tried again once in this time.
LONGEST_FAILURE = timedelta(hours=12)
PARKED_TIME = timedelta(hours=1)


def delay(
    attempt: int,
    jitter: float,
    retry_after: float | None = None,
    *,
    first: float = FIRST_SECONDS,
) -> timedelta:
    """How long to wait after `attempt` failed attempts (from 1).

    `first` seconds, doubling up to 5 minutes. `jitter` from 0 to 1 picks a point in the upper half
    of that time, so that many senders do not return together. The wait is never shorter than
    `retry_after` (in seconds, counted up to a day: a row lives no longer).
    """
    doublings = min(max(attempt - 1, 0), _DOUBLINGS_TO_CAP)
    longest = min(first * 2**doublings, _CAP_SECONDS)
    seconds = longest * (1 + jitter) / 2
    if retry_after is not None:
        seconds = max(seconds, min(retry_after, _LONGEST_SECONDS))
    return timedelta(seconds=seconds)


def seconds_to_wait(said: str | None, now: datetime) -> float | None:
    """How many seconds a `Retry-After` header asks to wait, at most a day; None if it is
    unreadable.

    It is a number of seconds or a date (RFC 9110, 10.2.3); Discord adds decimals to the seconds.
    """
    if not said:
        return None
    try:
        seconds = float(said)
    except ValueError:
        seconds = _until(said, now)
    if math.isnan(seconds):
        return None
    return min(max(seconds, 0.0), _LONGEST_SECONDS)


def _until(said: str, now: datetime) -> float:
    """The seconds until the date; NaN where it is none."""
    try:
        date = parsedate_to_datetime(said)
    except (ValueError, OverflowError):
        return math.nan
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return (date - now).total_seconds()


def exhausted(attempt: int, *, asked_to_wait: bool = False) -> bool:
    """Whether a row that failed `attempt` times is given up.

    With `asked_to_wait` (the platform asked for it each time) after twice as many attempts.
    """
    most = MAX_ATTEMPTS * 2 if asked_to_wait else MAX_ATTEMPTS
    return attempt >= most
