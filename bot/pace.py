"""How fast a platform is sent to where it takes messages one by one, and not at all while it asks us to wait.

A message is chosen only when its turn has come: until then the card of something new may go before it, and an edit may
take its place.
"""

import time
from collections.abc import Callable

from models.outbox import Lane


class Pace:
    """When what is posted or edited at a destination has its next turn. `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._next: dict[Lane, float] = {}

    def rest(self, lane: Lane, seconds: float) -> None:
        """Nothing more in this lane for so long."""
        self._next[lane] = max(self._clock() + seconds, self._next.get(lane, 0.0))

    def resting(self) -> list[Lane]:
        """The lanes whose turn has not come."""
        now = self._clock()
        self._next = {lane: at for lane, at in self._next.items() if at > now}
        return list(self._next)

    def seconds_to_turn(self) -> float | None:
        """How long it is until the first of them has its turn."""
        if not self._next:
            return None
        return max(min(self._next.values()) - self._clock(), 0.0)
