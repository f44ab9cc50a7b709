"""Reads what repositories say of themselves that people submit for the master list, or want to see."""

from datetime import UTC, datetime

from models.database.engine import Database
from models.events.master_list import PreviewRead, SubmissionRead
from models.queries.previews import waiting_previews
from models.recording.github.submitting import waiting_submissions
from models.settings import Settings

BATCH = 5


def read_submissions(database: Database, settings: Settings) -> None:
    """Read those that wait for it, the oldest first."""
    with database.read() as session:
        now = datetime.now(UTC)
        previews = waiting_previews(session, BATCH, now)
        submitted = waiting_submissions(session, BATCH, now)
    if not previews and not submitted:
        return
    # GitHub's library takes some megabytes, and nothing waits nearly always.
    from jobs.github.submitted import ToRead, read_submitted  # noqa: PLC0415 - see above

    # For a preview somebody waits.
    wanted = [ToRead(PreviewRead, *each) for each in previews]
    wanted += [ToRead(SubmissionRead, *each) for each in submitted]
    read_submitted(database, settings, wanted)
