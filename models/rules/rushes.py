"""When cards that wait for one channel become one list, and how much such a list holds. Pure."""

from datetime import timedelta

# More cards than these that wait for one channel become one list: a platform takes about one a second.
WAITING_CARDS = 2
# What breaks so long after the last one joined a list gets a card again.
REST = timedelta(minutes=1)
# Discord takes 4,096 letters, and doubles some of them.
LIST_LETTERS = 2_800


def room_for(lengths: list[int], taken: int) -> int:
    """How many of these names a list has room for that holds so many letters already; an empty one has room for one."""
    found = 0
    for length in lengths:
        taken += length
        if taken > LIST_LETTERS and taken != length:
            break
        found += 1
    return found
