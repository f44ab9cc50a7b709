"""The engine: SQLite (WAL, synchronous=FULL) or PostgreSQL, one transaction at a time, and waking other processes."""

import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy
from sqlalchemy import event
from sqlmodel import Session

# PostgreSQL's channel and lock number. States change one at a time on both databases: SQLite has one writer by nature,
# and on PostgreSQL the lock spares every rule from reasoning about two processes deciding the same transition.
_CHANNEL = "pluginwatch"
# The few statements here are all key look-ups: planning them anew, or compiling them, costs more than running them.
_POSTGRESQL_OPTIONS = "-c lock_timeout=10s -c timezone=UTC -c plan_cache_mode=force_generic_plan -c jit=off"
_RECORDING_LOCK = 0x706C7567

_SQLITE_BUSY_MS = 10_000
_SQLITE_LOOK_SECONDS = 0.0005
_SQLITE_OLDEST = (3, 39)  # the first one that knows IS DISTINCT FROM
_WATCH_SECONDS = 0.002

# A commit that has to copy the write-ahead log back would keep everyone waiting, so a thread does it beside the
# writers; the log's length at which a commit does it all the same (80 MB) is only for when that thread is away.
_CHECKPOINT_SECONDS = 0.5
_CHECKPOINT_PAGES = 20_000


__all__ = ["Database", "Session", "be_alone", "is_alone", "notify"]


class Database:
    """Hands out transactions. `write` commits when its block ends well; nothing inside `models/` commits itself."""

    def __init__(self, url: str) -> None:
        self.url = sqlalchemy.make_url(url)
        if self.url.get_backend_name() == "postgresql":
            self.url = self.url.set(drivername="postgresql+psycopg")
        elif self.url.get_backend_name() != "sqlite":
            raise ValueError(f"DATABASE_URL starts with {self.url.drivername}://; use sqlite:///FILE or postgresql://…")
        self.engine = _engine(self.url)
        # Writers do not ask first whether their connection still lives: every one of them tries again if it does not.
        self._writer = (self.engine if self.is_sqlite else _engine(self.url, ping=False)).execution_options(writes=True)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.engine.dialect.name == "sqlite"

    @contextlib.contextmanager
    def read(self) -> Iterator[Session]:
        """A consistent view that waits for no writer and is never committed."""
        with self.engine.connect() as connection, Session(connection) as session:
            yield session

    @contextlib.contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction, committed when the block ends well. On SQLite it waits for the other writer first."""
        with self._writer.begin() as connection, Session(connection) as session:
            yield session
            session.flush()

    def watch(self, changed: Callable[[], None], stop: threading.Event) -> None:
        """Call `changed` within milliseconds of another process's commit, until `stop` is set; for a thread."""
        if self.is_sqlite:
            self._watch_sqlite(changed, stop)
        else:
            self._watch_postgresql(changed, stop)

    def checkpoint(self, stop: threading.Event) -> None:
        """Keep SQLite's write-ahead log short, until `stop` is set; for a thread of a process that writes much."""
        if not self.is_sqlite:
            return
        with contextlib.closing(sqlite3.connect(str(self.url.database), isolation_level=None)) as connection:
            while not stop.wait(_CHECKPOINT_SECONDS):
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()
        self._writer.dispose()

    def _watch_sqlite(self, changed: Callable[[], None], stop: threading.Event) -> None:
        with contextlib.closing(sqlite3.connect(str(self.url.database), isolation_level=None)) as connection:
            seen = None
            while not stop.wait(_WATCH_SECONDS):
                (version,) = connection.execute("PRAGMA data_version").fetchone()
                if version != seen:
                    seen = version
                    changed()

    def _watch_postgresql(self, changed: Callable[[], None], stop: threading.Event) -> None:
        dsn = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        while not stop.is_set():
            try:
                with psycopg.connect(dsn, autocommit=True) as connection:
                    connection.execute(f"LISTEN {_CHANNEL}")
                    changed()
                    while not stop.is_set():
                        for _ in connection.notifies(timeout=0.5, stop_after=1):
                            changed()
            except psycopg.OperationalError:
                stop.wait(1)  # the server is away; look again, and treat its return as a change


def notify(session: Session) -> None:
    """Wake the processes that watch, when this transaction commits. SQLite's watchers see the commit by themselves."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"NOTIFY {_CHANNEL}")


def is_alone(session: Session) -> bool:
    """Whether no other process can change a state until this transaction ends: on SQLite every writer is alone."""
    return session.connection().dialect.name == "sqlite" or bool(session.info.get("alone"))


def be_alone(session: Session) -> None:
    """Wait until no other process changes states, and keep it so until this transaction ends."""
    if not is_alone(session):
        session.connection().exec_driver_sql(f"SELECT pg_advisory_xact_lock({_RECORDING_LOCK})")
        session.info["alone"] = True


def _engine(url: sqlalchemy.URL, *, ping: bool = True) -> sqlalchemy.Engine:
    if url.get_backend_name() == "postgresql":
        return sqlalchemy.create_engine(url, pool_pre_ping=ping, connect_args={"options": _POSTGRESQL_OPTIONS})
    if not url.database or url.database == ":memory:":
        raise ValueError("DATABASE_URL names no file; the processes meet in the database, so use sqlite:///FILE")
    if sqlite3.sqlite_version_info < _SQLITE_OLDEST:
        raise ValueError(f"SQLite {sqlite3.sqlite_version} is too old: use a Python with SQLite 3.39 or newer")
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sqlalchemy.create_engine(url, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # this module begins transactions itself
    connection.execute(f"PRAGMA busy_timeout={_SQLITE_BUSY_MS}")
    _patiently(connection.execute, "PRAGMA journal_mode=WAL")  # the one that creates the file needs it for itself
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_PAGES}")
    connection.execute("PRAGMA cache_size=-65536")


def _begin_sqlite(connection: sqlalchemy.Connection) -> None:
    # A writer takes the lock at its start, or two that read first would refuse each other; a reader takes none.
    if connection.get_execution_options().get("writes", False):
        _begin_immediate(connection.connection.cursor())
    else:
        connection.exec_driver_sql("BEGIN")


def _begin_immediate(cursor: Any) -> None:
    """Wait for the other writers by looking often: SQLite itself sleeps longer each time, up to 100 ms."""
    cursor.execute("PRAGMA busy_timeout=0")
    try:
        _patiently(cursor.execute, "BEGIN IMMEDIATE")
    finally:
        cursor.execute(f"PRAGMA busy_timeout={_SQLITE_BUSY_MS}")


def _patiently(execute: Callable[[str], Any], statement: str) -> None:
    """Try again while others keep SQLite busy."""
    deadline = time.monotonic() + _SQLITE_BUSY_MS / 1000
    while True:
        try:
            execute(statement)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_SQLITE_LOOK_SECONDS)
        else:
            return
