"""Whether the database is whole: what SQLite and PostgreSQL can say of their own pages and indexes."""

import threading
import time
from collections.abc import Iterator

import sqlalchemy

from models.complaint import Complaint
from models.database.engine import Database, Session

# The running check takes a fiftieth of one processor, however large the tables are.
_REST = 50
_LEAST_REST_SECONDS = 1.0
_MOST_TOLD = 5
_INDEXES = """
SELECT c.oid::bigint, c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
WHERE a.amname = 'btree' AND c.relnamespace = 'public'::regnamespace AND i.indisvalid ORDER BY 2
"""


def damage(session: Session) -> list[str]:
    """All damage, in words. Reads the whole database, so it is for an operator who can wait."""
    if session.connection().dialect.name == "sqlite":
        return _pages(session, "integrity_check") or _orphans(session)
    return [*_checksums(session), *_indexes(session)]


def unseen(session: Session) -> list[str]:
    """What PostgreSQL cannot check with its present settings, in words."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        return []
    found = []
    if not _has_amcheck(session):
        found.append("indexes were not looked at (a superuser's CREATE EXTENSION amcheck lets us)")
    if connection.exec_driver_sql("SHOW data_checksums").scalar_one() == "off":
        found.append(
            "the server keeps no checksums, so a disk that lies is not noticed (pg_checksums --enable)"
        )
    return found


def _has_amcheck(session: Session) -> bool:
    found = session.connection().exec_driver_sql(
        "SELECT 1 FROM pg_extension WHERE extname = 'amcheck'"
    )
    return found.first() is not None


def watch_over(database: Database, stop: threading.Event) -> None:
    """Look at SQLite's tables in turn, without a hurry, until `stop` is set; for a thread.

    What it finds stands in `database.damage`.
    """
    complaint = Complaint("integrity_not_looked_at")
    while database.is_sqlite and not stop.is_set():
        try:
            for table in _tables(database):
                if stop.wait(_look_at(database, table)):
                    return
        except Exception as error:  # noqa: BLE001 - what is damaged is noted by the database; the thread goes on
            complaint.tell(error)
            stop.wait(_LEAST_REST_SECONDS)
        else:
            complaint.over()


def _tables(database: Database) -> list[str]:
    with database.read() as session:
        rows = session.connection().exec_driver_sql(
            "SELECT name FROM sqlite_schema WHERE type = 'table'"
        )
        return [str(name) for (name,) in rows]


def _look_at(database: Database, table: str) -> float:
    """Check one table; return for how many seconds to rest afterwards."""
    began = time.monotonic()
    with database.read() as session:
        found = _pages(session, "quick_check", table)
    if found:
        database.note_damage(found[0])
    return max(_LEAST_REST_SECONDS, _REST * (time.monotonic() - began))


def _pages(session: Session, check: str, table: str | None = None) -> list[str]:
    quoted = f"""('{table.replace("'", "''")}')""" if table else f"({_MOST_TOLD})"
    try:
        rows = session.connection().exec_driver_sql(f"PRAGMA {check}{quoted}").all()
    except sqlalchemy.exc.DatabaseError as error:
        return [str(error.orig)]
    return [str(row[0]).replace("\n", "; ") for row in rows if row[0] != "ok"]


def _orphans(session: Session) -> list[str]:
    rows = session.connection().exec_driver_sql("PRAGMA foreign_key_check").fetchmany(_MOST_TOLD)
    return [
        f"row {row[1]} of {row[0]} belongs to a row of {row[2]} that is not there" for row in rows
    ]


def _checksums(session: Session) -> Iterator[str]:
    sql = "SELECT coalesce(checksum_failures, 0) FROM pg_stat_database WHERE datname = current_database()"
    failures = session.connection().exec_driver_sql(sql).scalar_one()
    if failures:
        yield f"PostgreSQL counted {failures} pages whose checksum is wrong"


def _indexes(session: Session) -> Iterator[str]:
    if not _has_amcheck(session):
        return
    connection = session.connection()
    for oid, name in connection.exec_driver_sql(_INDEXES).all():
        try:
            with connection.begin_nested():
                connection.exec_driver_sql(f"SELECT bt_index_check({oid}::regclass)")
        except sqlalchemy.exc.DBAPIError as error:
            yield f"index {name}: {error.orig}"
