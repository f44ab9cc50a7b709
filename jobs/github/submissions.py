"""Reads what the repositories say of themselves that people submit for the master list."""

from datetime import UTC, datetime

from models.database.engine import Database
from models.recording.github.submitting import waiting_submissions
from models.settings import Settings

BATCH = 5


def read_submissions(database: Database, settings: Settings) -> None:
    """Read those that wait for it, the oldest first."""
    with database.read() as session:
        waiting = waiting_submissions(session, BATCH, datetime.now(UTC))
    if not waiting:
        return
    # GitHub's library takes some megabytes, and nothing waits nearly always.
    from jobs.github.submitted import read_submitted  # noqa: PLC0415 - see above

    read_submitted(database, settings, waiting)
