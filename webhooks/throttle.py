"""A limit for what anyone may send without a key."""

import time
from collections.abc import Callable

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.types import Scope

from webhooks.refusal import Refusal
from webhooks.senders import sender_of

# A site sends its statistics once a day; a reverse proxy may stand before a handful of sites.
PER_MINUTE = 20
# Far more sites than there are could send daily; this is what strangers may cost, however many
# addresses they have.
IN_ALL = 120

# Rows that strangers may add within an hour: twenty sites with a hundred plugins each. What more of them have to tell
# is kept when they tell it again, the next day.
NEW_ROWS_AN_HOUR = 2_000
_HOUR = 3_600


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


class Throttle:
    """Counts requests by the client's network and in all, in this process's memory, a minute long."""

    def __init__(
        self,
        of_one: int = PER_MINUTE,
        of_all: int = IN_ALL,
        what: str = "statistics",
        advice: str = "send statistics once a day",
    ) -> None:
        # A window in two counters: it remembers no request, and forgets each address when its
        # window is over.
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._of_one = RateLimitItemPerMinute(of_one, namespace="one")
        self._of_all = RateLimitItemPerMinute(of_all, namespace="all")
        self._what = what
        self._advice = advice

    def admit(self, scope: Scope) -> None:
        """Count the request.

        Raises:
            Refusal: 429: its network, or everyone together, sent too many within a minute.
        """
        sender = sender_of(scope["client"][0] if scope.get("client") else "")
        # What one network sends in vain uses up nobody's share, and only what counts is remembered.
        if not self._limiter.test(self._of_one, sender):
            most = self._of_one.amount
            raise Refusal(429, f"more than {most} requests within a minute; {self._advice}")
        if not self._limiter.hit(self._of_all):
            raise Refusal(
                429, f"more {self._what} come in than are taken just now; try again later"
            )
        self._limiter.hit(self._of_one, sender)
