"""Notices when somebody sets the clock: what the database says of times then means something else than it did."""

import time
from collections.abc import Callable
from datetime import timedelta

import structlog

# Less is a clock that is put right by slowing it down, or a process that was busy.
_LEAST_SECONDS = 2.0

_log = structlog.get_logger()


class ClockWatch:
    """Compares the clock on the wall with the one that nobody can set, whenever it is asked to look.

    `went_back` stays true until whoever asked has done what that means for it. A machine that slept looks as if its
    clock had been set forward, and what follows from that is the same.
    """

    def __init__(self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic) -> None:
        self._wall = wall
        self._steady = steady
        self._between = wall() - steady()
        self._set_at: float | None = None
        self.went_back = False

    def look(self) -> bool:
        """Look whether it was set since the last time."""
        between = self._wall() - self._steady()
        step, self._between = between - self._between, between
        if abs(step) < _LEAST_SECONDS:
            return False
        self._set_at = self._steady()
        self.went_back = self.went_back or step < 0
        _log.warning("clock_was_set", seconds=round(step, 1))
        return True

    def is_settled(self, time_: timedelta) -> bool:
        """Whether it was not set for so long, so that whoever holds a lease of this length has renewed or lost it."""
        return self._set_at is None or self._steady() - self._set_at >= time_.total_seconds()
