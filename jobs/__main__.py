"""The jobs process: `python -m jobs`."""

import signal
from datetime import UTC, datetime
from types import FrameType

import structlog
from apscheduler.schedulers.blocking import BlockingScheduler

from jobs.schedule import schedule
from models import log
from models.database import Database
from models.migrate import migrate
from models.settings import Settings

# A machine that slept runs what it missed once, however late.
_MISFIRE_SECONDS = None

_log = structlog.get_logger()


def main() -> None:
    """Tick until SIGTERM or SIGINT; a job that is running ends first."""
    settings = Settings.load()
    log.configure(settings.log_level)
    database = Database(settings.database_url)
    migrate(database)
    scheduler = BlockingScheduler(timezone="UTC")

    def stop(_number: int, _frame: FrameType | None) -> None:
        scheduler.shutdown(wait=False)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    for entry in schedule(database, settings):
        scheduler.add_job(
            entry.call,
            entry.trigger,
            id=entry.name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=_MISFIRE_SECONDS,
            next_run_time=datetime.now(UTC),
        )
    _log.info("clock_started", jobs=[job.id for job in scheduler.get_jobs()])
    scheduler.start()
    database.close()


if __name__ == "__main__":
    main()
