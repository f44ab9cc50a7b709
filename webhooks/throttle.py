"""A limit for what anyone may send without a key."""

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
