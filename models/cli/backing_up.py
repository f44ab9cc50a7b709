"""`backup`."""

from pathlib import Path
from typing import Annotated

import typer

from models.backup import BackupError, back_up
from models.cli.terminal import fail
from models.database import Database
from models.settings import Settings


def backup(file: Annotated[Path, typer.Argument(help="A file that does not exist yet")]) -> None:
    """Copy the database into FILE while everything runs, and check the copy.

    To restore, stop the processes. SQLite: remove the database with its -wal and -shm files and put FILE in its
    place. PostgreSQL: pg_restore --clean --if-exists --single-transaction --dbname=… FILE.
    """
    try:
        back_up(Database(Settings.load().database_url).url, file)
    except BackupError as error:
        fail(f"There is no backup: {error}.")
    typer.echo(f"{file}: {file.stat().st_size:,} bytes, checked.")
