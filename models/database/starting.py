"""Lets a process that starts while the database is away wait for it, instead of failing at once."""

import time

import sqlalchemy

from models.complaint import Complaint
from models.database.engine import Database
from models.database.migrate import MigrationError, migrate
from models.database.postgresql import keeps_its_settings
from models.rules.inert import inert
from models.rules.redact import redact

# Supervisors start a process again that ended; one that waits here says once why.
LONGEST_SECONDS = 60.0
_AGAIN_SECONDS = 1.0
_CANNOT = "The database that DATABASE_URL names cannot be used"
# What PgBouncer says of the time limits that we give each connection.
_OF_POOLER = "unsupported startup parameter"
_POOLED = (
    "a pooler such as PgBouncer stands before it and drops what each connection is set up with; "
    "name PostgreSQL's own host and port"
)
_FINAL = (
    _OF_POOLER,
    "unable to open database file",
    "password authentication failed",
    "no password supplied",
)


def migrate_when_there(database: Database, longest: float = LONGEST_SECONDS) -> None:
    """Bring the schema up to date once the database answers; wait `longest` seconds for that.

    Raises:
        SystemExit: it did not answer in that time, or waiting is of no use; the message names the setting and says why.
    """
    complaint = Complaint("waiting_for_the_database")
    end = time.monotonic() + longest
    while True:
        try:
            migrate(database)
            if _is_pooled(database):
                raise SystemExit(f"{_CANNOT}: {_POOLED}.")
        except sqlalchemy.exc.OperationalError as error:
            complaint.tell(error, setting="DATABASE_URL")
            if time.monotonic() > end or _is_final(error):
                raise SystemExit(unusable(error)) from error
            time.sleep(_AGAIN_SECONDS)
        except (sqlalchemy.exc.DBAPIError, MigrationError) as error:
            raise SystemExit(unusable(error)) from error
        else:
            complaint.over()
            return


def _is_pooled(database: Database) -> bool:
    if database.is_sqlite:
        return False
    with database.engine.connect() as connection:
        return not keeps_its_settings(connection)


def unusable(error: Exception) -> str:
    """Why the database cannot be used, in one sentence."""
    reason = " ".join(inert(str(getattr(error, "orig", error))).split()).rstrip(".")
    return f"{_CANNOT}: {_POOLED if _OF_POOLER in reason else redact(reason)}."


def _is_final(error: sqlalchemy.exc.OperationalError) -> bool:
    """Whether waiting is of no use, since somebody must change a setting, a folder or a password first."""
    reason = str(error.orig)
    return any(words in reason for words in _FINAL)
