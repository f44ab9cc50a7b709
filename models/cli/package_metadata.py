"""`plugins import-metadata`."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from models.cli.terminal import counted, fail, opened_database
from models.metadata.listed_packages import read_listed
from models.metadata.package_facts import MetadataError, PackageFacts
from models.metadata.profile import profile
from models.metadata.python_package import read_package
from models.recording.github.packages import record_packages
from models.rules.ecosystems import Ecosystem


def import_metadata(
    files: Annotated[
        list[Path],
        typer.Argument(exists=True, dir_okay=False, readable=True, help="What to read"),
    ],
    ecosystem: Annotated[Ecosystem, typer.Option(help="Whose plugins they are")] = Ecosystem.PYTHON,
) -> None:
    """Take the limits of plugins from the metadata of their releases.

    Of Python, wheels or METADATA files; of Jenkins, its update-center.actual.json. What a release
    requires of a host and of other plugins holds for that version. A plugin that is not in the
    master list is added if it names its repository on GitHub. Nothing of a package is run. What
    cannot be taken is named and the rest is imported; the exit code is then 1.
    """
    if ecosystem in {Ecosystem.DISCOURSE, Ecosystem.PLUGINWATCH}:
        fail(f"Plugins of {ecosystem} have no such metadata; import a list: plugins import FILE.")
    packages: list[PackageFacts] = []
    refused: list[str] = []
    for file in files:
        found, problems = _read(file, ecosystem)
        packages += found
        refused += [f"{file.name}: {problem}" for problem in problems]
    with opened_database() as database, database.write() as session:
        unknown = record_packages(session, packages, ecosystem, datetime.now(UTC))
    refused += [f"{name}: {why}" if name else why for name, why in unknown]
    typer.echo(f"{counted(len(packages) - len(unknown), 'release')} taken.")
    for words in refused:
        typer.echo(f"  {words}")
    if refused:
        raise typer.Exit(1)


def _read(file: Path, ecosystem: Ecosystem) -> tuple[Sequence[PackageFacts], Sequence[str]]:
    """The releases of which the file tells, and what of it could not be read."""
    form = profile(ecosystem).listing
    try:
        if form:
            return read_listed(file.read_bytes(), form)
        package = read_package(file)
    except MetadataError as problem:
        return (), (str(problem),)
    return (package,), package.problems
