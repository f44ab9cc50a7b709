"""`backup` and `restore`."""

from pathlib import Path
from typing import Annotated

import typer

from models.cli.terminal import fail
from models.database.backup import BackupError, back_up
from models.database.engine import Database
from models.database.restore import RestoreError
from models.database.restore import restore as put_back
from models.settings import Settings


def backup(file: Annotated[Path, typer.Argument(help="A file that does not exist yet")]) -> None:
    """Copy the database into FILE while everything runs, and check the copy.

    Never copy SQLite's file by itself while a process runs: the last rows stand in the -wal file
    beside it, and the copy misses them without a word. To go back to FILE, stop the processes and
    run restore.
    """
    try:
        back_up(Database(Settings.load().database_url).url, file)
    except BackupError as error:
        fail(f"There is no backup: {error}.")
    typer.echo(f"{file}: {file.stat().st_size:,} bytes, checked.")


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `backup` made")],
    *,
    plain_copy: Annotated[
        bool,
        typer.Option(
            "--plain-copy",
            help="Take a copy without its -wal: all processes were stopped when it was made",
        ),
    ] = False,
) -> None:
    """Put FILE in the place of the database, after looking whether it is whole.

    Stop web, bot and jobs first.

    SQLite's former file is kept beside it. A plain copy of a live file, in which rows may be
    missing, is refused.
    """
    try:
        former = put_back(Database(Settings.load().database_url).url, file, plain_copy=plain_copy)
    except RestoreError as error:
        fail(f"Nothing was restored: {error}.")
    typer.echo(f"{file} is in place." + (f" What stood there before: {former}" if former else ""))
