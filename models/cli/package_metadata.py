"""`plugins import-metadata`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from models.cli.terminal import counted, opened_database
from models.metadata.python_package import MetadataError, PackageFacts, read_package
from models.recording.github.packages import record_package


def import_metadata(
    files: Annotated[
        list[Path],
        typer.Argument(exists=True, dir_okay=False, readable=True, help="Wheels or METADATA files"),
    ],
) -> None:
    """Take the limits of plugins of Python hosts from the metadata of their releases.

    What a release requires of a host and of other plugins holds for that version. A package that
    is not in the master list is added if it names its repository on GitHub. Nothing of a package
    is run. What cannot be taken is named and the rest is imported; the exit code is then 1.
    """
    read: list[tuple[Path, PackageFacts]] = []
    refused: list[str] = []
    for file in files:
        try:
            read.append((file, read_package(file)))
        except MetadataError as error:
            refused.append(f"{file.name}: {error}")
    taken = 0
    with opened_database() as database, database.write() as session:
        now = datetime.now(UTC)
        for file, package in read:
            problem = record_package(session, package, now)
            refused += [f"{file.name}: {each}" for each in (problem, *package.problems) if each]
            taken += problem is None
    typer.echo(f"{counted(taken, 'release')} taken.")
    for words in refused:
        typer.echo(f"  {words}")
    if refused:
        raise typer.Exit(1)
