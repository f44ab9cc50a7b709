"""The one table of everything that the clock does."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from jobs.github_client import github_client
from jobs.logins import look_at_profiles
from jobs.mutes import end_mutes
from jobs.overdue import turn_overdue_unknown
from jobs.prune import prune
from models.database import Database
from models.settings import Settings


@dataclass(frozen=True, slots=True)
class Entry:
    """A job: its name, when it is due (in UTC), and what it calls. Each may run again after a crash without harm."""

    name: str
    trigger: BaseTrigger
    call: Callable[[], None]


def schedule(database: Database, settings: Settings) -> tuple[Entry, ...]:
    """The table."""
    asking = github_client(settings)
    return (
        Entry("overdue", IntervalTrigger(minutes=1, timezone="UTC"), partial(turn_overdue_unknown, database)),
        Entry("logins", IntervalTrigger(seconds=15, timezone="UTC"), partial(look_at_profiles, database, asking)),
        Entry("mutes", IntervalTrigger(minutes=1, timezone="UTC"), partial(end_mutes, database)),
        Entry(
            "prune",
            CronTrigger(hour=4, minute=30, timezone="UTC"),
            partial(prune, database, settings.report_retention_days),
        ),
    )
