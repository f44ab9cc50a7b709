"""A whole and checked copy of the database, taken while everything runs."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import sqlalchemy


class BackupError(Exception):
    """There is no backup; the message says why."""


def back_up(url: sqlalchemy.URL, target: Path) -> None:
    """Copy the database at `url` into the new file `target`, readable by its owner only.

    SQLite's copy is a database like the original; PostgreSQL's is an archive for pg_restore.

    Raises:
        BackupError: the file exists, the database cannot be read, or the copy did not pass its check.

    """
    copy = _copy_sqlite if url.get_backend_name() == "sqlite" else _dump_postgresql
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError as error:
        raise BackupError(f"{target} exists already; a backup never overwrites a file") from error
    except OSError as error:
        raise BackupError(f"{target} cannot be written: {error.strerror}") from error
    try:
        copy(url, target)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _copy_sqlite(url: sqlalchemy.URL, target: Path) -> None:
    source = Path(url.database or "").resolve()
    if not source.is_file():
        raise BackupError(f"there is no database at {source} yet")
    try:
        with (
            closing(sqlite3.connect(f"{source.as_uri()}?mode=rw", uri=True)) as original,
            closing(sqlite3.connect(target)) as copy,
        ):
            # In one step: one snapshot, and in WAL mode no writer waits for it.
            original.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, which can be carried away alone
            ((verdict,), *_) = copy.execute("PRAGMA integrity_check").fetchall()
    except sqlite3.Error as error:
        raise BackupError(f"SQLite: {error}") from error
    if verdict != "ok":
        raise BackupError(f"the copy is damaged, and so may be the database: {verdict}")


def _dump_postgresql(url: sqlalchemy.URL, target: Path) -> None:
    run_postgresql("pg_dump", url, ["--format=custom", f"--file={target}"])
    if restore := shutil.which("pg_restore"):
        _run([restore, "--list", str(target)], {})


def run_postgresql(name: str, url: sqlalchemy.URL, arguments: list[str]) -> None:
    """Run one of PostgreSQL's client programs on the database.

    Raises:
        BackupError: it is not installed, or it failed.
    """
    program = shutil.which(name)
    if program is None:
        raise BackupError(f"{name} is not on the PATH: install PostgreSQL's client programs")
    # Other users of the machine can read a command line, but not an environment.
    database = sqlalchemy.URL.create(
        "postgresql", url.username, None, url.host, url.port, url.database, url.query
    ).render_as_string()
    password = {"PGPASSWORD": str(url.password)} if url.password else {}
    _run([program, *arguments, f"--dbname={database}"], password)


def _run(command: list[str], secrets: dict[str, str]) -> None:
    done = subprocess.run(  # noqa: S603 - our own arguments
        command, env=os.environ | secrets, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupError(done.stderr.strip() or f"{command[0]} ended with {done.returncode}")
