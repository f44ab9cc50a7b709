"""When people are reminded of what nobody has taken care of: soon at first, then less often.
Pure.
"""

from datetime import datetime, timedelta

# How long after it broke; after the last of these, once a day.
AFTER = (timedelta(hours=1), timedelta(hours=4), timedelta(hours=12), timedelta(days=1))
_THEN = timedelta(days=1)
# What nobody took care of for so long is told in other channels, too.
ESCALATED_AFTER = AFTER[1]


def is_due(broken_since: datetime, reminded_at: datetime | None, now: datetime) -> bool:
    """Whether a reminder is due that was not sent yet; of several missed ones only the newest
    counts.
    """
    moment = _newest(broken_since, now)
    if moment is None:
        return False
    return reminded_at is None or reminded_at < moment


def escalates(broken_since: datetime, reminded_at: datetime | None, now: datetime) -> bool:
    """Whether it is to be told elsewhere now, and was not yet."""
    moment = broken_since + ESCALATED_AFTER
    return moment <= now and (reminded_at is None or reminded_at < moment)


def _newest(since: datetime, now: datetime) -> datetime | None:
    passed = now - since
    if passed >= AFTER[-1]:
        return since + AFTER[-1] + (passed - AFTER[-1]) // _THEN * _THEN
    return max((since + each for each in AFTER if each <= passed), default=None)
