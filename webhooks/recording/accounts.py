"""How much of the writer's time a key may take, and how many new branches and commits it may name, so that one that was
stolen neither makes all others wait nor fills the tables.
"""

import threading
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

import structlog

from models.rules.key_limits import MOST_NEW_NAMES, NEW_NAMES_AN_HOUR, KeyLimit
from webhooks.refusal import Refusal

# Seconds of processor time that a key may take at once. A server on which 1,000 plugins break in one host update takes
# less than two, and it must be heard: what is refused, Guards do not send again.
AT_ONCE = 5.0
# What it gets back meanwhile, of each second: 72 seconds of the writer's an hour.
SHARE = 0.02
# People are told of a key once, until it kept within its limits for an hour; for that it is noted so often that it
# does not.
SECONDS_BETWEEN_NOTES = 600.0
_HOUR = 3_600

Clock = Callable[[], float]

_log = structlog.get_logger()


class _Account(NamedTuple):
    left: float
    at: float


class _Balance:
    """What each key has left of something: `at_once` at the most, of which `share` comes back each second."""

    def __init__(self, at_once: float, share: float, clock: Clock) -> None:
        self._at_once = at_once
        self.share = share
        self._clock = clock
        self._accounts: dict[int, _Account] = {}
        self._changing = threading.Lock()

    def charge(self, key_id: int, amount: float) -> None:
        with self._changing:
            left = self.left(key_id) - amount
            self._accounts[key_id] = _Account(left, self._clock())

    def left(self, key_id: int) -> float:
        known = self._accounts.get(key_id)
        if known is None:
            return self._at_once
        return min(self._at_once, known.left + self.share * (self._clock() - known.at))


class Accounts:
    """What each key has left, in this process's memory. One that took more than it had pays that back by waiting."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._time = _Balance(AT_ONCE, SHARE, clock)
        self._new_names = _Balance(MOST_NEW_NAMES, NEW_NAMES_AN_HOUR / _HOUR, clock)
        self._noted: dict[tuple[int, KeyLimit], float] = {}

    def charge(self, seconds: float, work: Mapping[int, int]) -> None:
        """A batch took so much of the writer's processor time, which is divided among its keys by their work."""
        whole = sum(work.values())
        for key_id, own in work.items():
            self._time.charge(key_id, seconds * own / whole)

    def charge_new_names(self, key_id: int, number: int) -> None:
        """The key named so many branches and commits of which nobody spoke before."""
        self._new_names.charge(key_id, number)

    def new_names(self, key_id: int) -> int:
        """How many of them it may still name."""
        return max(0, int(self._new_names.left(key_id)))

    def refusal(self, key_id: int | None) -> Refusal | None:
        """Why the key has to wait; None if it has not, or if nobody's key is meant."""
        if key_id is None:
            return None
        left = self._time.left(key_id)
        if left > 0:
            return None
        return Refusal(
            429,
            "what this key reports takes too long to record, so that others would have to wait; "
            f"send it again in {int(-left / SHARE) + 1} seconds",
        )

    def is_to_be_noted(self, key_id: int, limit: KeyLimit) -> bool:
        """Whether it is time to note that the key is beyond this limit; it counts as noted then."""
        now = self._clock()
        last = self._noted.get((key_id, limit))
        if last is not None and now - last < SECONDS_BETWEEN_NOTES:
            return False
        self._noted[key_id, limit] = now
        _log.warning("key_takes_too_much", key_id=key_id, of=limit, hint="was it stolen? revoke it")
        return True
