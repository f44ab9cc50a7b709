"""A jobs process with jobs that end in every way: `python -m tests.jobs.clockwork`."""

import signal
from contextlib import closing
from datetime import timedelta

from jobs.clock import ticking
from jobs.workers import STOPS
from models import log
from models.database.engine import Database
from models.settings import Settings
from tests.jobs.endings import table

LEASE = timedelta(seconds=1)


def main() -> None:
    """Tick until SIGTERM."""
    settings = Settings.load()
    log.configure("INFO")
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    with (
        closing(Database(settings.database_url)) as database,
        ticking(database, settings, table, seconds=0.05, lease_time=LEASE),
    ):
        signal.sigwait(STOPS)


if __name__ == "__main__":
    main()
