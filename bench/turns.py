"""A table of the clock for `bench.slots`: so many jobs, each due in turn, that leave a trace."""

import os
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from jobs.entry import Entry
from models.database import bulk
from models.database.engine import Database
from models.rules.slots import Every
from models.settings import Settings

TRACES = "CREATE TABLE trace (job text, slot timestamp with time zone)"
_TRACE = "INSERT INTO trace (job, slot) SELECT name, slot FROM job WHERE name = :job"
_WORK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class InTurn(Every):
    """Every so long, but later by `shift`."""

    shift: timedelta

    def newest(self, now: datetime) -> datetime:
        """The last slot that has begun."""
        return Every(self.length).newest(now - self.shift) + self.shift


@dataclass(frozen=True, slots=True)
class TurnRate:
    """How many jobs there are, how often each is due, and how long a lease lasts; it travels in the environment."""

    jobs: int
    every: timedelta
    lease: timedelta

    @property
    def rhythms(self) -> dict[str, InTurn]:
        """The jobs by name. They are due one after the other, evenly."""
        return {
            f"job-{n}": InTurn(self.every, self.every * n / self.jobs) for n in range(self.jobs)
        }

    def environment(self) -> dict[str, str]:
        """What a process must find in its environment to keep this pace."""
        return {"PACE": f"{self.jobs} {self.every.total_seconds()} {self.lease.total_seconds()}"}

    @classmethod
    def of_environment(cls) -> "TurnRate":
        """The pace that this process is to keep."""
        jobs, every, lease = os.environ["PACE"].split()
        return cls(int(jobs), timedelta(seconds=float(every)), timedelta(seconds=float(lease)))


def table(database: Database, _settings: Settings) -> tuple[Entry, ...]:
    """The clock's table."""
    pace = TurnRate.of_environment()
    limit = timedelta(seconds=20)
    return tuple(
        Entry(name, each, partial(work, database, name), limit)
        for name, each in pace.rhythms.items()
    )


def work(database: Database, name: str) -> None:
    """Work for a moment, then leave a trace of the slot that is claimed."""
    time.sleep(_WORK_SECONDS)
    with database.write() as session:
        bulk.run(session, _TRACE, job=name)
