"""Whether the database is whole, has room, and is for its owner only."""

import resource
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy
from sqlmodel import Session

from models.database import copies, integrity
from models.database.engine import Database
from models.database.sqlite import BESIDE
from models.health.finding import Finding, Weight
from models.messages.times import ago
from models.operating.readiness import LEAST_BYTES, free_bytes
from models.rules.inert import inert

_LITTLE_BYTES = 1024**3
_LONG_LOG_BYTES = 256 * 1024**2
# As many connections as the web process takes, and as many files again.
_FEW_FILES = 8_000
_COPY_IS_NEWS = timedelta(days=14)
_PLAIN_COPY = (
    "is a plain copy of a file that had a -wal beside it. If any process ran when it was copied, what the -wal held is "
    "missing, and nothing can say how much. Take copies with: python -m models backup FILE"
)


def storage_findings(
    session: Session,
    database: Database,
    now: datetime,
    alone: datetime | None,
) -> Iterator[Finding]:
    """Look from the first page to the last. `alone` is what `copies` said before anyone opened
    the file.
    """
    damage = integrity.damage(session)
    for words in damage:
        hint = "Stop the processes, and see docs/operating.md on restoring a backup"
        yield Finding(Weight.FIX, f"The database is damaged: {inert(words)}. {hint}.")
    if not damage:
        unseen = "".join(f"; {why}" for why in integrity.unseen(session))
        yield Finding(Weight.FINE, f"The database is whole, as far as it can say{unseen}.")
    yield from (
        _sqlite(session, database, now, alone) if database.is_sqlite else _postgresql(session)
    )
    yield from _open_files()


def _sqlite(
    session: Session,
    database: Database,
    now: datetime,
    alone: datetime | None,
) -> Iterator[Finding]:
    free = free_bytes(database)
    if free < LEAST_BYTES:
        yield Finding(
            Weight.FIX,
            f"The disk of the database is full ({_size(free)} free): nothing can be recorded.",
        )
    elif free < _LITTLE_BYTES:
        yield Finding(Weight.HINT, f"The disk of the database has only {_size(free)} left.")
    log = database.path.with_name(f"{database.path.name}-wal")
    if log.is_file() and log.stat().st_size > _LONG_LOG_BYTES:
        words = "a process that reads without end keeps it from being copied back. Restart the processes"
        yield Finding(
            Weight.HINT,
            f"The log beside the database has {_size(log.stat().st_size)}: {words}.",
        )
    yield from _readable(database.path)
    since = (
        alone if alone and not copies.is_known(session, database) else copies.plain_copy_at(session)
    )
    if since and now - since < _COPY_IS_NEWS:
        yield Finding(
            Weight.HINT,
            f"The database, which stands here since {ago(since, now)}, {_PLAIN_COPY}.",
        )


def _readable(path: Path) -> Iterator[Finding]:
    for file in (path, *(path.with_name(path.name + ending) for ending in BESIDE)):
        mode = stat.S_IMODE(file.stat().st_mode) if file.exists() else 0
        if mode & stat.S_IRWXO:
            yield Finding(
                Weight.FIX,
                f"Everyone on this machine may read {file}: chmod o-rwx {file}",
            )
        elif mode & stat.S_IRWXG:
            yield Finding(
                Weight.HINT,
                f"The group of {file} may read it; if nobody else needs to: chmod 600 {file}",
            )


def _postgresql(session: Session) -> Iterator[Finding]:
    # What a server says of itself stands in no table of ours.
    ask = session.connection().exec_driver_sql
    try:
        # This transaction only reads in any case: it is asked how others begin.
        if ask(
            "SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::bool",
        ).scalar_one():
            words = "DATABASE_URL leads to a server that only reads: nothing can be recorded"
            yield Finding(
                Weight.FIX,
                f"{words}. Name the primary, or look at default_transaction_read_only.",
            )
    except sqlalchemy.exc.ProgrammingError as error:
        yield Finding(
            Weight.HINT,
            f"The server does not say how it is: {inert(str(error.orig)).strip()}.",
        )


def _open_files() -> Iterator[Finding]:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most not in {resource.RLIM_INFINITY} and most < _FEW_FILES:
        words = f"A process may open {most:,} files at the most, so that few machines can be connected at once"
        yield Finding(
            Weight.HINT,
            f"{words}: raise the hard limit (ulimit -n, LimitNOFILE) to {_FEW_FILES:,} or more.",
        )


def _size(count: int) -> str:
    return f"{count / 1024**2:,.0f} MiB"
