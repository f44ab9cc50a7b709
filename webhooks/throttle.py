"""A limit for what anyone may send without a key."""

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.types import Scope

from webhooks.refusal import Refusal

# A site sends its statistics once a day; a reverse proxy may stand before a handful of sites.
PER_MINUTE = 60


class Throttle:
    """Counts requests by client address, in this process's memory."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._limit = RateLimitItemPerMinute(PER_MINUTE)

    def admit(self, scope: Scope) -> None:
        """Count the request.

        Raises:
            Refusal: 429: its address sent too many within a minute.
        """
        address = scope["client"][0] if scope.get("client") else ""
        if not self._limiter.hit(self._limit, address):
            raise Refusal(429, f"more than {PER_MINUTE} requests within a minute; send statistics once a day")
