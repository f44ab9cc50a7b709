"""Lets a process that starts while the database is away wait for it, instead of failing at once."""

import time

import sqlalchemy

from models.complaint import Complaint
from models.database.engine import Database
from models.database.migrate import migrate

# Supervisors start a process again that ended; one that waits here says once why.
LONGEST_SECONDS = 60.0
_AGAIN_SECONDS = 1.0


def migrate_when_there(database: Database, longest: float = LONGEST_SECONDS) -> None:
    """Bring the schema up to date once the database answers; wait `longest` seconds for that.

    Raises:
        SystemExit: it did not answer in that time; the message says why.
        MigrationError: the schema cannot be brought to this version.
    """
    complaint = Complaint("waiting_for_the_database")
    end = time.monotonic() + longest
    while True:
        try:
            migrate(database)
        except sqlalchemy.exc.OperationalError as error:
            complaint.tell(error)
            if time.monotonic() > end:
                raise SystemExit(f"The database cannot be used: {error.orig}") from error
            time.sleep(_AGAIN_SECONDS)
        else:
            complaint.over()
            return
