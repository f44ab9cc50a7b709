"""The smoke tests of the servers in the settings, by our own browser."""

from datetime import time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from jobs.canary.own_steps import read_steps
from jobs.canary.run import run_canary
from jobs.entry import Entry
from models.database.engine import Database
from models.rules.slots import Daily
from models.rules.smoke import LONGEST_RUN, SmokeJob
from models.settings import Settings

_MINUTE = timedelta(minutes=1)


def smoke_tests(database: Database, settings: Settings) -> tuple[Entry, ...]:
    """Each server that our own browser goes through, at its hour."""
    steps = read_steps(settings.canary_steps)
    return tuple(
        Entry(
            SmokeJob(server.name).name,
            Daily(time.fromisoformat(server.at), ZoneInfo(server.zone)),
            partial(run_canary, database, server, steps, sandboxed=settings.canary_sandbox),
            LONGEST_RUN + _MINUTE,
        )
        for server in settings.canaries
    )
