"""What is thrown away of bodies that were refused, for their senders to hear why: little at a time of all together."""

import asyncio
from collections import deque
from typing import Protocol

# Some 40 MiB a second, which takes less than a tenth of a processor.
_BYTES_AN_INTERVAL = 2 * 1024 * 1024
_SECONDS_AN_INTERVAL = 0.05
# What one connection may bring at once, so that those who go on together bring no more than an interval's.
_BYTES_AT_ONCE = 256 * 1024


class Drained(Protocol):
    """A connection of which the rest of a body is thrown away."""

    def pause(self) -> None:
        """Read no more of it for now."""

    def go_on(self) -> None:
        """Read on."""


class Drain:
    """Counts what is thrown away in each interval, and lets connections wait for the next one when it is enough."""

    def __init__(self) -> None:
        self._thrown_away = 0
        self._waiting: deque[Drained] = deque()
        self._interval: asyncio.TimerHandle | None = None

    def throw_away(self, connection: Drained, size: int) -> None:
        """So many bytes of this connection were read and are gone."""
        self._thrown_away += size
        self._interval = self._interval or self._next()
        if self._thrown_away > _BYTES_AN_INTERVAL and connection not in self._waiting:
            connection.pause()
            self._waiting.append(connection)

    def _next(self) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(_SECONDS_AN_INTERVAL, self._go_on)

    def _go_on(self) -> None:
        self._thrown_away = 0
        for _ in range(min(len(self._waiting), _BYTES_AN_INTERVAL // _BYTES_AT_ONCE)):
            self._waiting.popleft().go_on()
        self._interval = self._next() if self._waiting else None
