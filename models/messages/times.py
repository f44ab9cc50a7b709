"""Times in words. All take aware datetimes, and `now` is passed in."""

from datetime import UTC, datetime, timedelta

from models.rules.speaking import count, say

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def age(then: datetime, now: datetime) -> str:
    """How long ago, in one rough unit: "just now", "5 min", "3 h", "2 days".

    A time in the future counts as just now.
    """
    passed = now - then
    return say("just now") if passed < _MINUTE else _rough(passed)


def ago(then: datetime, now: datetime) -> str:
    """The same as part of a sentence: "just now", "5 min ago"."""
    passed = now - then
    return say("just now") if passed < _MINUTE else say("{age} ago", age=_rough(passed))


def clock(then: datetime) -> str:
    """The moment to the minute, in UTC: "2026-11-21 03:15 UTC"."""
    return f"{then.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def lasted(start: datetime, end: datetime) -> str:
    """How long, in two units at the most: "less than a minute", "5 min", "3 h 20 min", "2 days 4
    h".
    """
    passed = end - start
    if passed < _MINUTE:
        return say("less than a minute")
    unit = _DAY if passed >= _DAY else _HOUR
    rest = passed % unit
    smaller = _HOUR if unit == _DAY else _MINUTE
    if passed < _HOUR or rest < smaller:
        return _rough(passed)
    return f"{_rough(passed)} {_rough(rest)}"


def _rough(passed: timedelta) -> str:
    if passed >= _DAY:
        return count(passed.days, "{number} day", "{number} days")
    if passed >= _HOUR:
        return say("{hours} h", hours=passed // _HOUR)
    return say("{minutes} min", minutes=passed // _MINUTE)
