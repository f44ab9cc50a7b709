"""Notices when somebody sets the clock, after which the times in the database mean something else."""

import time
from collections.abc import Callable
from datetime import timedelta

import structlog

# A smaller difference is a clock that is corrected slowly, or a process that was busy.
_LEAST_SECONDS = 2.0

_log = structlog.get_logger()


class ClockWatch:
    """Compares the wall clock with the monotonic clock, which nobody can set, at each `look`.

    `went_back` stays true until the caller, having done what that requires, sets it to false. A
    machine that slept looks as if its clock was set forward, and is treated the same.
    """

    def __init__(
        self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._wall = wall
        self._steady = steady
        self._between = wall() - steady()
        self._set_at: float | None = None
        self.went_back = False

    def look(self) -> bool:
        """Check whether the clock was set since the last call."""
        between = self._wall() - self._steady()
        step = between - self._between
        self._between = between
        if abs(step) < _LEAST_SECONDS:
            return False
        self._set_at = self._steady()
        self.went_back = self.went_back or step < 0
        _log.warning("clock_was_set", seconds=round(step, 1))
        return True

    def is_settled(self, time_: timedelta) -> bool:
        """Whether the clock was not set for this long.

        By then, whoever holds a lease of this length has renewed or lost it.
        """
        return self._set_at is None or self._steady() - self._set_at >= time_.total_seconds()
