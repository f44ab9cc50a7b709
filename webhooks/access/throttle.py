"""Limits for what anyone may send without a key.

They are counted here and by no library: the one that was tried started a thread for each request that it counted.
"""

import time
from collections import Counter
from collections.abc import Callable

from starlette.types import Scope

from webhooks.access.senders import sender_of
from webhooks.refusal import Refusal

# A site sends its statistics once a day; a reverse proxy may stand before a handful of sites.
PER_MINUTE = 20
# Far more sites than there are could send daily; this is what strangers may cost, however many
# addresses they have.
IN_ALL = 120

# Rows that strangers may add within an hour: twenty sites with a hundred plugins each. What more of them have to tell
# is kept when they tell it again, the next day.
NEW_ROWS_AN_HOUR = 2_000
_HOUR = 3_600
_MINUTE = 60


class NewRows:
    """How many rows strangers may add within an hour, in this process's memory."""

    def __init__(
        self, most: int = NEW_ROWS_AN_HOUR, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most
        self._clock = clock
        self._left = most
        self._ends = 0.0

    def take(self, wanted: int) -> int:
        """How many of the wanted rows may be added; they count as added."""
        now = self._clock()
        if now >= self._ends:
            self._left, self._ends = self._most, now + _HOUR
        taken = min(wanted, self._left)
        self._left -= taken
        return taken

    def give_back(self, number: int) -> None:
        """So many were not added after all."""
        self._left += number


class LastMinute:
    """How often each of many was counted within the last minute, roughly, in this process's memory.

    Two counts each: that of this minute, and of the minute before the share that is not a minute ago yet. No request
    is remembered, and whoever does not come again is forgotten within two minutes.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._begun = clock()
        self._this: Counter[str] = Counter()
        self._before: Counter[str] = Counter()

    def count(self, name: str) -> float:
        """How often it was counted."""
        past = self._seconds_of_this_minute()
        return self._this[name] + self._before[name] * (1 - past / _MINUTE)

    def add(self, name: str) -> None:
        """Count it once more."""
        self._seconds_of_this_minute()
        self._this[name] += 1

    def _seconds_of_this_minute(self) -> float:
        """Begin another minute if this one is over; the seconds that are past of it."""
        past = self._clock() - self._begun
        if past >= _MINUTE:
            self._before = self._this if past < 2 * _MINUTE else Counter()
            self._this = Counter()
            self._begun += past - past % _MINUTE
        return past % _MINUTE


class Throttle:
    """Counts requests by the client's network and in all, in this process's memory, a minute long."""

    def __init__(
        self,
        of_one: int = PER_MINUTE,
        of_all: int = IN_ALL,
        what: str = "statistics",
        advice: str = "send statistics once a day",
    ) -> None:
        self._seen = LastMinute()
        self._seen_in_all = LastMinute()
        self._of_one = of_one
        self._of_all = of_all
        self._what = what
        self._advice = advice

    def admit(self, scope: Scope) -> None:
        """Count the request.

        Raises:
            Refusal: 429: its network, or everyone together, sent too many within a minute.
        """
        sender = sender_of(scope["client"][0] if scope.get("client") else "")
        # What one network sends in vain uses up nobody's share, and only what counts is remembered.
        if self._seen.count(sender) >= self._of_one:
            raise Refusal(429, f"more than {self._of_one} requests within a minute; {self._advice}")
        if self._seen_in_all.count("") >= self._of_all:
            raise Refusal(
                429, f"more {self._what} come in than are taken just now; try again later"
            )
        self._seen.add(sender)
        self._seen_in_all.add("")
