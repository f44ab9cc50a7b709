"""How long an incident may be muted. Pure."""

import re
from datetime import timedelta

USUAL = timedelta(hours=4)
# What breaks again within the quiet time is the same incident, so a mute that ends sooner is about one incident only.
LONGEST = timedelta(days=1)

_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_LENGTH = re.compile(r"([0-9]{1,4})(m|min|h|d)")


def read_length(word: str) -> timedelta | None:
    """The length of a mute as people write it: 30m, 4h, 1d; None when the word is no length at all.

    Raises:
        ValueError: it is a length, but none that a mute may have; the words say which may.

    """
    found = _LENGTH.fullmatch(word.casefold())
    if found is None:
        return None
    length = int(found[1]) * _UNITS[found[2][0]]
    if not timedelta(0) < length <= LONGEST:
        raise ValueError("A mute lasts from 1 minute to 1 day (30m, 4h, 1d), or “until fixed”")
    return length
