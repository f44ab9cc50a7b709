"""SQLite's connections: a write-ahead log, synchronous=FULL, one writer at a time, and a file for its owner only."""

import contextlib
import os
import sqlite3
import stat
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import event

from models.complaint import Complaint

BUSY_MS = 10_000
# What SQLite keeps beside the database while it is open.
BESIDE = ("-wal", "-shm")

# What a connection keeps of the file. Each has a copy of its own, which is void as soon as another
# one has written, and what it lacks the kernel has.
WRITERS_CACHE = 4 * 1024 * 1024
READERS_CACHE = 1 * 1024 * 1024
# What all connections of a process keep at the most. Beyond that each uses its own pages again: the writer of what
# machines report fills its own cache, and whoever else writes or reads would take as much again.
_ALL_CACHES = 10 * 1024 * 1024

_LOOK_SECONDS = 0.0005
_OLDEST = (3, 39)  # the first one that knows IS DISTINCT FROM
_WATCH_SECONDS = 0.002
_POOL_SECONDS = 10

# A commit that has to copy the write-ahead log back would keep everyone waiting, so a thread does
# it beside the writers; the log's length at which a commit does it all the same (80 MB) is only for
# when that thread is away.
_CHECKPOINT_SECONDS = 0.5
_CHECKPOINT_PAGES = 20_000
# After trouble, such as a full disk, it is tried again so often.
_TROUBLE_SECONDS = 1.0


def engine(url: sqlalchemy.URL, cache: int) -> sqlalchemy.Engine:
    """Connections to the database in this file, each of which keeps so many bytes of pages at the most.

    Raises:
        ValueError: the URL names no file, or SQLite is too old.
    """
    if not url.database or url.database == ":memory:":
        raise ValueError(
            "DATABASE_URL names no file; the processes meet in the database, so use sqlite:///FILE"
        )
    if sqlite3.sqlite_version_info < _OLDEST:
        raise ValueError(
            f"SQLite {sqlite3.sqlite_version} is too old: use a Python with SQLite 3.39 or newer"
        )
    path = Path(url.database)
    with contextlib.suppress(OSError):  # whoever connects is told
        path.parent.mkdir(parents=True, exist_ok=True)
    made = sqlalchemy.create_engine(
        url,
        pool_timeout=_POOL_SECONDS,
        # The connection that was used last has the pages that are asked for most.
        pool_use_lifo=True,
        connect_args={"check_same_thread": False},
    )
    event.listen(made, "do_connect", lambda *_: _create(path))
    event.listen(made, "connect", partial(_prepare, cache))
    event.listen(made, "begin", _begin)
    return made


def tighten(path: Path) -> None:
    """Forbid other users of this machine to read the database and the files beside it."""
    for file in (path, *(path.with_name(path.name + ending) for ending in BESIDE)):
        with contextlib.suppress(
            OSError
        ):  # there is none, or it is another user's, which `check` says
            mode = stat.S_IMODE(file.stat().st_mode)
            if mode & stat.S_IRWXO:
                file.chmod(mode & ~stat.S_IRWXO)


def _create(path: Path) -> None:
    """Make the file before SQLite does, which would let everyone read it.

    What stands beside it gets the same mode.
    """
    with contextlib.suppress(OSError):  # it is there, or SQLite itself says what is wrong
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _prepare(cache: int, connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # this module begins transactions itself
    connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    # The one that creates the file needs it for itself.
    _patiently(connection.execute, "PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_PAGES}")
    connection.execute(f"PRAGMA cache_size=-{cache // 1024}")
    connection.execute(f"PRAGMA soft_heap_limit={_ALL_CACHES}")


def _begin(connection: sqlalchemy.Connection) -> None:
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
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")


def _patiently(execute: Callable[[str], Any], statement: str) -> None:
    """Try again while others keep SQLite busy."""
    deadline = time.monotonic() + BUSY_MS / 1000
    while True:
        try:
            execute(statement)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_LOOK_SECONDS)
        else:
            return


def watch(path: Path, changed: Callable[[], None], stop: threading.Event) -> None:
    """Call `changed` within milliseconds of another process's commit, until `stop` is set."""
    complaint = Complaint("not_woken")
    seen = None

    def look(connection: sqlite3.Connection) -> None:
        nonlocal seen
        (version,) = connection.execute("PRAGMA data_version").fetchone()
        if version != seen:
            changed()
            seen = version

    _again_and_again(path, look, _WATCH_SECONDS, stop, complaint)


def checkpoint(path: Path, stop: threading.Event) -> None:
    """Keep the write-ahead log short, until `stop` is set."""

    def copy_back(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    _again_and_again(path, copy_back, _CHECKPOINT_SECONDS, stop, Complaint("no_checkpoint"))


def _again_and_again(
    path: Path,
    work: Callable[[sqlite3.Connection], None],
    seconds: float,
    stop: threading.Event,
    complaint: Complaint,
) -> None:
    """Work every so many seconds, on a new connection after each trouble."""
    while not stop.is_set():
        try:
            with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
                while not stop.wait(seconds):
                    work(connection)
                    complaint.over()
        except Exception as error:  # noqa: BLE001 - the disk may be full or away; the thread must live until it is not
            complaint.tell(error)
            stop.wait(_TROUBLE_SECONDS)
