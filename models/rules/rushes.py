"""When cards that wait for one channel become one list, and how much such a list holds. Pure."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from datetime import timedelta
from typing import NamedTuple

# More cards than these that wait for one channel become one list: a platform takes about one a second.
WAITING_CARDS = 2
# What breaks so long after the last one joined a list gets a card again.
REST = timedelta(minutes=1)
# Discord takes 4,096 letters, and doubles some of them.
LIST_LETTERS = 2_800
# Slack takes some 13,200 bytes, and what stands around the names a fifth; the sooner a long list is posted.
_ROOMIER = {"slack": 9_600}
# So many incidents of a plugin are named together at the most: a line is no longer than the narrowest platform shows.
TOGETHER = 5


class NameLength(NamedTuple):
    """How many letters it takes to name an incident, and before it what it has in common with others of its plugin."""

    common: Hashable
    letters: int
    common_letters: int


def list_letters(platform: str) -> int:
    """How many letters of names a list on this platform holds."""
    return _ROOMIER.get(platform, LIST_LETTERS)


class ListRoom:
    """How much room is left in a list of at `most` so many letters, where incidents of a plugin are named together."""

    def __init__(self, most: int) -> None:
        self._left = most
        self._named: Counter[Hashable] = Counter()

    def has_room(self, names: Sequence[NameLength]) -> bool:
        """Whether these have room, too. An empty list has room for any."""
        named = Counter({name.common: self._named[name.common] for name in names})
        return not self._named or self._letters(names, named) <= self._left

    def add(self, names: Iterable[NameLength]) -> None:
        """Name these, too."""
        self._left -= self._letters(names, self._named)

    def _letters(self, names: Iterable[NameLength], named: Counter[Hashable]) -> int:
        letters = 0
        for name in names:
            begins = named[name.common] % TOGETHER == 0
            letters += name.letters + (name.common_letters if begins else 0)
            named[name.common] += 1
        return letters
