"""The engine: SQLite or PostgreSQL, one transaction at a time, and waking other processes."""

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy
import structlog
from sqlmodel import Session

from models.database import bulk, postgresql, sqlite

# PostgreSQL's channel and lock number. States change one at a time on both databases: SQLite has one writer by nature,
# and on PostgreSQL the lock spares every rule from reasoning about two processes deciding the same transition.
_CHANNEL = "pluginwatch"
_RECORDING_LOCK = 0x706C7567
_LOCK = f"SELECT pg_advisory_xact_lock({_RECORDING_LOCK})"
_TRY_LOCK = f"SELECT pg_try_advisory_xact_lock({_RECORDING_LOCK})"

# How many seconds a statement may take: longer than we wait for a lock, and no longer than people and machines can wait
# for an answer.
PATIENCE = 12.0
# For work that nobody waits for: jobs, and looking through everything.
LONG_PATIENCE = 120.0

# PostgreSQL's codes of damaged pages: data_corrupted and index_corrupted.
_DAMAGE = {"XX001", "XX002"}

# What reading and writing raise when the database is away, locked, full or damaged.
DatabaseTrouble = (sqlalchemy.exc.DBAPIError, sqlalchemy.exc.TimeoutError)

_log = structlog.get_logger()

__all__ = [
    "LONG_PATIENCE",
    "Database",
    "DatabaseTrouble",
    "LostTransactionError",
    "OthersDecideError",
    "Session",
    "be_alone",
    "is_alone",
    "is_whole",
    "never_wait",
    "notify",
]


class OthersDecideError(Exception):
    """Somebody else changes states at this moment."""


class LostTransactionError(Exception):
    """SQLite has rolled the transaction back by itself, as it does on a full disk: nothing of it is stored."""


class Database:
    """Hands out transactions.

    `write` commits when its block ends well; nothing inside `models/` commits itself.

    No statement takes longer than `patience` seconds on PostgreSQL, and a server that does not answer is given up
    `grace` seconds later.
    """

    def __init__(
        self, url: str, patience: float = PATIENCE, grace: float = postgresql.GRACE_SECONDS
    ) -> None:
        self.url = sqlalchemy.make_url(url)
        if self.url.get_backend_name() == "postgresql":
            self.url = self.url.set(drivername="postgresql+psycopg")
            self.engine = postgresql.engine(self.url, patience, grace, writes=False)
            reader: sqlalchemy.Engine = self.engine.execution_options(postgresql_readonly=True)
            writer = postgresql.engine(self.url, patience, grace, writes=True)
        elif self.url.get_backend_name() == "sqlite":
            self.engine = reader = sqlite.engine(self.url, sqlite.READERS_CACHE)
            writer = sqlite.engine(self.url, sqlite.WRITERS_CACHE)
        else:
            raise ValueError(
                f"DATABASE_URL starts with {self.url.drivername}://; use sqlite:///FILE or postgresql://…"
            )
        self._reader = reader
        self._writer = writer.execution_options(writes=True)
        # What was seen of damaged pages, since the process began.
        self.damage: str | None = None

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.engine.dialect.name == "sqlite"

    @property
    def path(self) -> Path:
        """SQLite's file."""
        return Path(str(self.url.database))

    @contextlib.contextmanager
    def read(self) -> Iterator[Session]:
        """A consistent view that waits for no writer and changes nothing."""
        with self._noticing(), self._reader.connect() as connection, Session(connection) as session:
            yield session

    @contextlib.contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction, committed when the block ends well. On SQLite it waits for the other writer first.

        Raises:
            LostTransactionError: the database gave the transaction up on the way.
        """
        with self._noticing(), self._writer.begin() as connection, Session(connection) as session:
            yield session
            session.flush()
            if not is_whole(session):
                raise LostTransactionError

    @contextlib.contextmanager
    def _noticing(self) -> Iterator[None]:
        try:
            with self._as_trouble():
                yield
        except DatabaseTrouble as error:
            if _is_damage(error):
                self.note_damage(str(getattr(error, "orig", error)))
            raise

    @contextlib.contextmanager
    def _as_trouble(self) -> Iterator[None]:
        """Raise the driver's own errors, which those of `bulk` are, as SQLAlchemy raises them."""
        drivers = self.engine.dialect.loaded_dbapi.Error
        try:
            yield
        except drivers as error:
            raise sqlalchemy.exc.DBAPIError.instance(None, None, error, drivers) from error

    def note_damage(self, words: str) -> None:
        """Remember that pages are damaged, until the database is restored and the process restarted."""
        if self.damage is None:
            _log.error("database_damaged", found=words, hint="python -m models check")
        self.damage = words

    def watch(
        self,
        changed: Callable[[], None],
        stop: threading.Event,
        seconds: float = postgresql.LISTEN_SECONDS,
    ) -> None:
        """Call `changed` within milliseconds of another process's commit, until `stop` is set; for a thread.

        After so many seconds of silence PostgreSQL is asked whether it is still there.
        """
        if self.is_sqlite:
            sqlite.watch(self.path, changed, stop)
        else:
            postgresql.watch(self.url, _CHANNEL, changed, stop, seconds)

    def checkpoint(self, stop: threading.Event) -> None:
        """Keep SQLite's write-ahead log short, until `stop` is set; for a thread of a process that writes much."""
        if self.is_sqlite:
            sqlite.checkpoint(self.path, stop)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()
        self._writer.dispose()


def _is_damage(error: BaseException) -> bool:
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in {
            sqlite3.SQLITE_CORRUPT,
            sqlite3.SQLITE_NOTADB,
        }
    return getattr(cause, "sqlstate", None) in _DAMAGE


def is_whole(session: Session) -> bool:
    """Whether the transaction is still the one that began; if not, its changes are lost."""
    driver = session.connection().connection.driver_connection
    return driver.in_transaction if isinstance(driver, sqlite3.Connection) else True


_BY_INDEXES = """
SELECT set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true),
       set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)
"""


def notify(session: Session) -> None:
    """Wake the watching processes when this transaction commits.

    On SQLite they see the commit itself.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        bulk.run(session, f"NOTIFY {_CHANNEL}")


def is_alone(session: Session) -> bool:
    """Whether nobody else can change a state until this transaction ends: on SQLite every writer is alone."""
    return session.connection().dialect.name == "sqlite" or bool(session.info.get("alone"))


def be_alone(session: Session) -> None:
    """Wait until nobody else changes states, and keep it so until this transaction ends.

    Raises:
        OthersDecideError: somebody else does, and this transaction is one that does not wait for others.
    """
    if is_alone(session):
        return
    # Not by `bulk`, which would write what the session holds, and so lock rows before this lock.
    connection = session.connection()
    if session.info.get("never_waits"):
        if connection.exec_driver_sql(_TRY_LOCK).scalar_one() is False:
            raise OthersDecideError
    elif session.in_nested_transaction():
        connection.exec_driver_sql(_LOCK)
    else:
        driver: Any = connection.connection.driver_connection
        driver.run_into_next(_LOCK)
    session.info["alone"] = True


def never_wait(session: Session) -> None:
    """Let `be_alone` raise in this transaction rather than wait for others."""
    session.info["never_waits"] = True


@sqlalchemy.event.listens_for(Session, "after_soft_rollback")
def _forget_what_was_taken_back(session: Session, _taken_back: object) -> None:
    # PostgreSQL gives a lock back with the savepoint in which it was taken, and a setting. Asking again for one that is
    # held is cheap.
    session.info.pop("alone", None)
    session.info.pop("by_indexes", None)


def go_by_indexes(session: Session) -> None:
    """Let PostgreSQL find rows by indexes alone until this transaction ends.

    For statements that want a few of very many rows: it plans them once, perhaps while there are none, when reading all
    of them seems best.
    """
    if session.connection().dialect.name == "postgresql" and not session.info.get("by_indexes"):
        bulk.run(session, _BY_INDEXES)
        session.info["by_indexes"] = True
