"""Lengths of time as people write them: 30m, 4h, 1d, 2 weeks. Pure."""

import re
from collections.abc import Sequence
from datetime import timedelta

_UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_LENGTH = re.compile(
    r"([0-9]{1,6})\s*(m|min|mins|minutes?|h|hrs?|hours?|d|days?|w|weeks?)", re.ASCII
)


def read(text: str) -> timedelta | None:
    """The length that the text says; None when it says none."""
    found = _LENGTH.fullmatch(text.strip().casefold())
    return int(found[1]) * _UNITS[found[2][0]] if found else None


def leading(words: Sequence[str]) -> tuple[timedelta | None, int]:
    """The length that the first word says, or the first two as in “2 days”, and of how many words it is."""
    for number in (2, 1):
        if len(words) >= number and (length := read(" ".join(words[:number]))) is not None:
            return length, number
    return None, 0


def shown(length: timedelta) -> str:
    """The length in the largest unit that divides it; what is left of a minute is dropped."""
    for unit, size in reversed(_UNITS.items()):
        if length % size == timedelta(0):
            return f"{length // size}{unit}"
    return f"{length // _UNITS['m']}m"
