"""A jobs process with a table of its own, for `bench.slots`: `python -m bench.clockwork`."""

import signal
from contextlib import closing
from functools import partial

from bench.turns import TurnRate, table
from jobs.clock import ticking
from jobs.fork_server import STOPS, ForkServer
from jobs.worker import work
from jobs.workers import Workers
from models import log
from models.database.engine import Database
from models.settings import Settings

_TICK_SECONDS = 0.05


def main() -> None:
    """Tick until SIGTERM, and say when it begins."""
    settings, pace = Settings.load(), TurnRate.of_environment()
    log.configure("CRITICAL")
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    server = ForkServer(partial(work, table=table, lease_time=pace.lease))
    with closing(Database(settings.database_url)) as database:
        workers = Workers(database, server)
        with ticking(
            database,
            table(database, settings),
            workers,
            seconds=_TICK_SECONDS,
            lease_time=pace.lease,
        ):
            print("ticking", flush=True)
            signal.sigwait(STOPS)


if __name__ == "__main__":
    main()
