"""When cards that wait for one channel become one list, and how much such a list holds. Pure."""

from datetime import timedelta

# More cards than these that wait for one channel become one list: a platform takes about one a second.
WAITING_CARDS = 2
# What breaks so long after the last one joined a list gets a card again.
REST = timedelta(minutes=1)
# Discord takes 4,096 letters, and doubles some of them.
LIST_LETTERS = 2_800
# Slack takes some 13,200 bytes, of which what stands around the names takes a third; the sooner a long list is posted.
_ROOMIER = {"slack": 8_000}


def list_letters(platform: str) -> int:
    """How many letters of names a list on this platform holds."""
    return _ROOMIER.get(platform, LIST_LETTERS)


def room_for(lengths: list[int], taken: int, most: int) -> int:
    """How many of these names a list of at `most` so many letters has room for, of which some are taken already.

    An empty one has room for one.
    """
    found = 0
    for length in lengths:
        taken += length
        if taken > most and taken != length:
            break
        found += 1
    return found
