"""A jobs process with jobs that end in every way: `python -m tests.jobs.clockwork`."""

import signal
from contextlib import closing
from datetime import timedelta
from functools import partial

from jobs.clock import ticking
from jobs.fork_server import STOPS, ForkServer
from jobs.worker import work
from jobs.workers import Workers
from models import log
from models.database.engine import Database
from models.settings import Settings
from tests.jobs.endings import table

LEASE = timedelta(seconds=3)  # so that a busy machine does not keep a process from renewing it


def main() -> None:
    """Tick until SIGTERM."""
    settings = Settings.load()
    log.configure("INFO")
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    server = ForkServer(partial(work, table=table, lease_time=LEASE))
    with closing(Database(settings.database_url)) as database:
        workers = Workers(database, server)
        with ticking(database, table(database, settings), workers, seconds=0.05, lease_time=LEASE):
            signal.sigwait(STOPS)


if __name__ == "__main__":
    main()
