"""The engine: SQLite (WAL, synchronous=FULL) or PostgreSQL, one transaction at a time, and waking other processes."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy
from sqlalchemy import event
from sqlmodel import Session

# PostgreSQL's channel and lock number. Recording is one at a time on both databases: SQLite has one writer by nature,
# and on PostgreSQL the lock spares every rule from reasoning about two processes deciding the same transition.
_CHANNEL = "pluginwatch"
_RECORDING_LOCK = 0x706C7567

_SQLITE_BUSY_MS = 10_000
_WATCH_SECONDS = 0.002


__all__ = ["Database", "Session", "notify"]


class Database:
    """Hands out transactions. `write` commits when its block ends well; nothing inside `models/` commits itself."""

    def __init__(self, url: str) -> None:
        self.url = sqlalchemy.make_url(url)
        if self.url.get_backend_name() == "postgresql":
            self.url = self.url.set(drivername="postgresql+psycopg")
        elif self.url.get_backend_name() != "sqlite":
            raise ValueError(f"DATABASE_URL starts with {self.url.drivername}://; use sqlite:///FILE or postgresql://…")
        self.engine = _engine(self.url)
        self._writer = self.engine.execution_options(writes=True)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A consistent view that waits for no writer and is never committed."""
        with self.engine.connect() as connection, Session(connection) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction, committed when the block ends well. On SQLite it waits for the other writer first."""
        with self._writer.begin() as connection, Session(connection) as session:
            yield session
            session.flush()

    @contextmanager
    def recording(self) -> Iterator[Session]:
        """A write transaction in which no other process records."""
        with self.write() as session:
            if not self.is_sqlite:
                session.connection().exec_driver_sql(f"SELECT pg_advisory_xact_lock({_RECORDING_LOCK})")
            yield session

    def watch(self, changed: Callable[[], None], stop: threading.Event) -> None:
        """Call `changed` within milliseconds of another process's commit, until `stop` is set; for a thread."""
        if self.is_sqlite:
            self._watch_sqlite(changed, stop)
        else:
            self._watch_postgresql(changed, stop)

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()

    def _watch_sqlite(self, changed: Callable[[], None], stop: threading.Event) -> None:
        connection = sqlite3.connect(str(self.url.database), isolation_level=None, check_same_thread=False)
        try:
            seen = None
            while not stop.wait(_WATCH_SECONDS):
                (version,) = connection.execute("PRAGMA data_version").fetchone()
                if version != seen:
                    seen = version
                    changed()
        finally:
            connection.close()

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


def _engine(url: sqlalchemy.URL) -> sqlalchemy.Engine:
    if url.get_backend_name() == "postgresql":
        return sqlalchemy.create_engine(
            url, pool_pre_ping=True, connect_args={"options": "-c lock_timeout=10s -c timezone=UTC"}
        )
    if not url.database or url.database == ":memory:":
        raise ValueError("DATABASE_URL names no file; the processes meet in the database, so use sqlite:///FILE")
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sqlalchemy.create_engine(url, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # this module begins transactions itself
    connection.execute(f"PRAGMA busy_timeout={_SQLITE_BUSY_MS}")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA cache_size=-65536")


def _begin_sqlite(connection: sqlalchemy.Connection) -> None:
    # A writer takes the lock at its start, or two that read first would refuse each other; a reader takes none.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
