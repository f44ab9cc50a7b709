"""How much of the writer's time a key may take, so that one that was stolen cannot make all others wait."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

import structlog

from webhooks.refusal import Refusal

# Seconds of processor time that a key may take at once. A server on which 1,000 plugins break in one host update takes
# less than two, and it must be heard: what is refused, Guards do not send again.
AT_ONCE = 5.0
# What it gets back meanwhile, of each second: 72 seconds of the writer's an hour.
SHARE = 0.02

_log = structlog.get_logger()


class _Account(NamedTuple):
    left: float
    at: float


class Accounts:
    """What each key has left, in this process's memory. One that took more than it had pays that back by waiting."""

    def __init__(
        self,
        at_once: float = AT_ONCE,
        share: float = SHARE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._at_once = at_once
        self._share = share
        self._clock = clock
        self._accounts: dict[int, _Account] = {}
        self._changing = threading.Lock()
        self._told: set[int] = set()

    def charge(self, seconds: float, work: Mapping[int, int]) -> None:
        """A batch took so much of the writer's processor time, which is divided among its keys by their work."""
        whole = sum(work.values())
        for key_id, own in work.items():
            self._charge(key_id, seconds * own / whole)

    def _charge(self, key_id: int, seconds: float) -> None:
        with self._changing:
            left = self._left(key_id) - seconds
            self._accounts[key_id] = _Account(left, self._clock())

    def admit(self, key_id: int) -> None:
        """Let the key report.

        Raises:
            Refusal: 429: it has to wait first, and how long.
        """
        if refusal := self.refusal(key_id):
            raise refusal

    def refusal(self, key_id: int | None) -> Refusal | None:
        """Why the key has to wait; None if it has not, or if nobody's key is meant."""
        if key_id is None:
            return None
        left = self._left(key_id)
        if left > 0:
            self._told.discard(key_id)
            return None
        if key_id not in self._told:
            self._told.add(key_id)
            _log.warning("key_takes_too_much", key_id=key_id, hint="was it stolen? revoke it")
        return Refusal(
            429,
            "what this key reports takes too long to record, so that others would have to wait; "
            f"send it again in {int(-left / self._share) + 1} seconds",
        )

    def _left(self, key_id: int) -> float:
        known = self._accounts.get(key_id)
        if known is None:
            return self._at_once
        return min(self._at_once, known.left + self._share * (self._clock() - known.at))
