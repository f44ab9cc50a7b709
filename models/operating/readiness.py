"""Finds out whether the database can be written to, by writing: nothing less proves it."""

import os
from datetime import datetime

from models.database.engine import Database
from models.database.migrate import pending
from models.operating.attendance import WEB, sign_in

# SQLite can write into the space of its old log long after the disk is full, and then fails in the
# middle of the work.
LEAST_BYTES = 32 * 1024 * 1024


def unready(database: Database, now: datetime) -> str | None:
    """Why nothing can be recorded, in words for an operator; None when a row was just written.

    Raises:
        DatabaseTrouble: the row could not be written.

    """
    if database.damage:
        return "the database is damaged: run python -m models check"
    if database.is_sqlite and free_bytes(database) < LEAST_BYTES:
        return f"the disk is full: less than {LEAST_BYTES // 1024**2} MiB are free where the database is"
    if pending(database):
        return "run python -m models migrate"
    with database.write() as session:
        sign_in(session, WEB, now)  # the row that says each minute that this process is there
    return None


def free_bytes(database: Database) -> int:
    """The free space for SQLite's files, in bytes."""
    found = os.statvfs(database.path.parent)
    return found.f_bavail * found.f_frsize
