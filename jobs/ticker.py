"""Calls the clock in a steady rhythm, by APScheduler."""

from datetime import UTC, datetime
from typing import Protocol

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

_TICK = "tick"


class Ticking(Protocol):
    """What is called at each tick."""

    def tick(self) -> None:
        """Do what is due."""

    def was_set(self) -> bool:
        """Whether the time of day was set since this was asked last."""


# The tick is all that APScheduler does here. The rhythms and the slots are ours, in `models`: its
# cron triggers fire twice when summer time ends, and two processes that share its SQL store both
# run the same job.
class Ticker(BackgroundScheduler):  # type: ignore[misc]  # APScheduler ships no types
    """Ticks every so many seconds, one tick at a time; those that were missed are made up for by one."""

    def __init__(self, clock: Ticking, seconds: float) -> None:
        super().__init__(timezone=UTC, executors={"default": ThreadPoolExecutor(1)})
        self._clock = clock
        self._seconds = seconds
        every = IntervalTrigger(seconds=seconds, timezone=UTC)
        self.add_job(
            clock.tick, every, id=_TICK, coalesce=True, max_instances=1, misfire_grace_time=None
        )

    def _process_jobs(self) -> float:
        """Begin the tick if it is due; return for how many seconds to wait.

        APScheduler waits for a time of day. One that is set back by an hour would stop it for an
        hour, and one that is set forward by years would have it count every tick between.
        """
        if self._clock.was_set():
            self.modify_job(_TICK, next_run_time=datetime.now(UTC))
        wait: float | None = super()._process_jobs()
        # There is no job any more when it is being shut down.
        return self._seconds if wait is None else min(wait, self._seconds)
