"""Plain copies of SQLite's file: what was only in the log beside it is missing without a sign.

A copy that `backup` made, or one that has its log beside it, is complete. Of another copy nobody
can say: it is complete if every process was stopped, else the last moments may be missing. So we
tell people of it, and judge nothing.
"""

from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import Session

from models.database import bulk
from models.database.engine import Database

# https://www.sqlite.org/fileformat.html#file_format_version_numbers: 2 is a database with a write-ahead log.
_VERSIONS = slice(18, 20)
_WITH_LOG = b"\x02\x02"
_ROW = 1


def alone_since(path: Path) -> datetime | None:
    """Since when the file is there without the log that it had; None where nothing is missing.

    Call it before anyone opens the file, because that makes a new log.
    """
    try:
        with path.open("rb") as file:
            header = file.read(100)
        log = path.with_name(f"{path.name}-wal")
        if header[_VERSIONS] != _WITH_LOG or (log.is_file() and log.stat().st_size):
            return None
        return datetime.fromtimestamp(path.stat().st_ctime, UTC)
    except OSError:
        return None


def note(session: Session, database: Database, alone: datetime | None) -> None:
    """Store which file this is, if it is another one than before."""
    from models.tables import DatabaseFile  # noqa: PLC0415 - with it come all tables, and it is seldom needed

    row = session.get(DatabaseFile, _ROW)
    inode = _inode(database)
    if row is None:
        session.add(DatabaseFile(id=_ROW, inode=inode))
    elif row.inode != inode:
        row.inode = inode
        row.plain_copy_at = alone
        session.add(row)


def is_known(session: Session, database: Database) -> bool:
    """Whether this same file was stored before by `note`."""
    # In SQL, so that a start which finds all in place needs no tables.
    found = bulk.run(session, "SELECT inode FROM database_file WHERE id = :id", id=_ROW)
    return [inode for (inode,) in found] == [_inode(database)]


def plain_copy_at(session: Session) -> datetime | None:
    """Since when this file is here, if it is a plain copy."""
    from models.tables import DatabaseFile  # noqa: PLC0415 - as above

    row = session.get(DatabaseFile, _ROW)
    return row.plain_copy_at if row else None


def _inode(database: Database) -> int:
    found = database.path.stat().st_ino
    return found if found < 1 << 63 else found - (1 << 64)
