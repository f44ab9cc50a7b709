"""Puts a checked backup in the place of the database. What was there before is kept beside it."""

import contextlib
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import sqlalchemy

from models.database import backup, copies, sqlite


class RestoreError(Exception):
    """Nothing was changed; the message says why."""


def restore(url: sqlalchemy.URL, source: Path, *, plain_copy: bool = False) -> Path | None:
    """Put the backup `source` in the place of the database at `url`; return where SQLite's former file is, if any.

    With `plain_copy`, a file is taken though its log is not beside it. Call it while no process
    runs.

    Raises:
        RestoreError: the backup is damaged or no backup, rows may be missing in it, or the database is in use.
    """
    if not source.is_file():
        raise RestoreError(f"there is no file {source}")
    if url.get_backend_name() == "sqlite":
        return _restore_sqlite(Path(url.database or "").resolve(), source, plain_copy=plain_copy)
    _restore_postgresql(url, source)
    return None


def _restore_sqlite(place: Path, source: Path, *, plain_copy: bool) -> Path | None:
    if copies.alone_since(source) and not plain_copy:
        raise RestoreError(
            f"{source} is a plain copy of a database in use, without its -wal: if any process ran when it was copied, "
            "rows are missing in it. Copy the -wal too, take a file that `backup` made, or, if all processes were "
            "stopped, say --plain-copy"
        )
    _refuse_in_use(place)
    whole = place.with_name(f"{place.name}.restoring")
    try:
        _take(source, whole)
        former = _put_aside(place)
        whole.replace(place)
    finally:
        for path in (whole, *_beside(whole)):
            path.unlink(missing_ok=True)
    return former


def _refuse_in_use(place: Path) -> None:
    """SQLite gives up its log only for the last one who has the file open."""
    if not place.is_file():
        return
    with (
        closing(sqlite3.connect(place, timeout=0.5)) as connection,
        contextlib.suppress(sqlite3.DatabaseError),
    ):
        try:
            connection.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                raise RestoreError(f"{place} is in use: stop web, bot and jobs first") from error


def _take(source: Path, whole: Path) -> None:
    """Copy the backup, with its log if there is one, and look whether it is whole and ours."""
    log = source.with_name(f"{source.name}-wal")
    for original, copy in ((source, whole), (log, whole.with_name(f"{whole.name}-wal"))):
        if original.is_file():
            os.close(os.open(copy, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600))
            shutil.copyfile(original, copy)
    try:
        with closing(sqlite3.connect(whole)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
            ((verdict,), *_) = connection.execute("PRAGMA integrity_check").fetchall()
            connection.execute("SELECT version_num FROM alembic_version").fetchone()
            orphans = connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.Error as error:
        raise RestoreError(f"{source} is no backup of Pluginwatch's: {error}") from error
    if verdict != "ok":
        raise RestoreError(f"{source} is damaged: {verdict}")
    if orphans:
        raise RestoreError(
            f"{source} is damaged: rows of {orphans[0]} belong to rows that are not there"
        )


def _put_aside(place: Path) -> Path | None:
    if not place.exists():
        return None
    number = 1
    while (former := place.with_name(f"{place.name}.before-restore-{number}")).exists():
        number += 1
    for path, ending in ((place, ""), *zip(_beside(place), sqlite.BESIDE, strict=True)):
        if path.exists():
            path.replace(former.with_name(former.name + ending))
    return former


def _beside(path: Path) -> list[Path]:
    return [path.with_name(path.name + ending) for ending in sqlite.BESIDE]


def _restore_postgresql(url: sqlalchemy.URL, source: Path) -> None:
    try:
        backup.run_postgresql(
            "pg_restore", url, ["--clean", "--if-exists", "--single-transaction", str(source)]
        )
    except backup.BackupError as error:
        raise RestoreError(str(error)) from error
