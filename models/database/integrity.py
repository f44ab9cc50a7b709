"""Whether the database is whole: what SQLite and PostgreSQL can say of their own pages and indexes."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy

from models.complaint import Complaint
from models.database.engine import Database, Session

_MOST_TOLD = 5
# What a database says of itself stands in its own catalogue, and in no table of ours, so it is
# asked in its own words. The valid B-tree indexes of our schema, with their names.
_INDEXES = """
SELECT c.oid::bigint, c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
WHERE a.amname = 'btree' AND c.relnamespace = 'public'::regnamespace AND i.indisvalid ORDER BY 2
"""


@dataclass(frozen=True, slots=True)
class Rests:
    """How the running check rests after each table: `times` as long as it worked, and `least` seconds.

    So it takes a fiftieth of one processor, however large the tables are.
    """

    times: float = 50.0
    least: float = 1.0


_RESTS = Rests()


def damage(session: Session) -> list[str]:
    """What is damaged, in words.

    Reads the whole database, so it is for an operator who can wait.
    """
    if session.connection().dialect.name == "sqlite":
        # Foreign keys can be checked only where the pages can be read.
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


def watch_over(database: Database, stop: threading.Event, rests: Rests = _RESTS) -> None:
    """Look at SQLite's tables one after the other, with rests, until `stop` is set.

    Runs in a thread of its own.

    What it finds stands in `database.damage`. PostgreSQL's tables are not looked at.
    """
    if not database.is_sqlite:
        return
    complaint = Complaint("integrity_not_looked_at")
    while not stop.is_set():
        try:
            for table in _tables(database):
                worked = _look_at(database, table)
                if stop.wait(max(rests.least, rests.times * worked)):
                    return
        except Exception as error:  # noqa: BLE001 - the thread goes on; `Database` itself notes damage that it meets
            complaint.tell(error)
            stop.wait(rests.least)
        else:
            complaint.over()


def _tables(database: Database) -> list[str]:
    with database.read() as session:
        rows = session.connection().exec_driver_sql(
            "SELECT name FROM sqlite_schema WHERE type = 'table'"
        )
        return [str(name) for (name,) in rows]


def _look_at(database: Database, table: str) -> float:
    """Check one table; return how many seconds that took."""
    began = time.monotonic()
    with database.read() as session:
        found = _pages(session, "quick_check", table)
    if found:
        database.note_damage(found[0])
    return time.monotonic() - began


def _pages(session: Session, check: str, table: str | None = None) -> list[str]:
    """What SQLite's check says of one table, or the first few things that it says of all tables."""
    argument = _quoted(table) if table else str(_MOST_TOLD)
    try:
        rows = session.connection().exec_driver_sql(f"PRAGMA {check}({argument})").all()
    except sqlalchemy.exc.DatabaseError as error:
        return [str(error.orig)]
    return [str(row[0]).replace("\n", "; ") for row in rows if row[0] != "ok"]


def _quoted(name: str) -> str:
    doubled = name.replace("'", "''")
    return f"'{doubled}'"


def _orphans(session: Session) -> list[str]:
    rows = session.connection().exec_driver_sql("PRAGMA foreign_key_check").fetchmany(_MOST_TOLD)
    return [
        f"row {row_id} of {table} belongs to a row of {parent} that is not there"
        for table, row_id, parent, _ in rows
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
            # A savepoint: after an error PostgreSQL would refuse all else in this transaction.
            with connection.begin_nested():
                connection.exec_driver_sql(f"SELECT bt_index_check({oid}::regclass)")
        except sqlalchemy.exc.DBAPIError as error:
            yield f"index {name}: {error.orig}"
