"""`extensions new` and `extensions pack`, for who writes an extension."""

from pathlib import Path
from typing import Annotated

import typer

from models.actions.core.table import COMMANDS
from models.cli.terminal import fail
from models.extensions.bundled import copy_sample
from models.extensions.contents import MANIFEST, peek
from models.extensions.host import this_host
from models.extensions.index import INDEX, index_of
from models.extensions.manifest import as_if_allocated
from models.extensions.package import Package, read_package
from models.extensions.packing import archive_of, files_of
from models.extensions.refusal import PackageError
from models.rules.inert import inert


def new_extension(
    handle: Annotated[str, typer.Argument(metavar="NAME", help="Its handle: letters from a to z")],
    publisher: Annotated[
        str, typer.Option("--publisher", help="Who publishes it, as in handles.toml")
    ] = "Me",
) -> None:
    """Begin an extension in the new folder NAME: a copy of helloworld, which uses all that one can."""
    target = Path(handle)
    try:
        copy_sample(handle, publisher, target)
    except PackageError as error:
        fail(f"Nothing was made: {'; '.join(error.problems)}.")
    except OSError as error:
        fail(f"{target} cannot be written: {error.strerror}.")
    typer.echo(
        f"{target / MANIFEST} says what it is, and {target / handle} is its code.\n"
        f"Try it: python -m jobs try {handle} hello"
    )


def pack_workspace(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="What extensions new made")],
    target: Annotated[
        Path, typer.Option("--to", metavar="DIR", help="The folder that the package goes to")
    ] = Path(),
    wheelhouse: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="A folder of wheels, for what those in it lack"),
    ] = None,
) -> None:
    """Make a package of a folder: its manifest, its code as a wheel, the wheels that it brings, and their lock."""
    try:
        data = archive_of(files_of(folder, wheelhouse))
        path, package = _written(data, target)
    except PackageError as error:
        fail(
            "\n".join(
                ["Nothing was packed. The folder", *(f"  {words}" for words in error.problems)]
            )
        )
    except OSError as error:
        fail(f"Nothing was packed: {error.filename}: {error.strerror}.")
    typer.echo(inert(f"{path}: {package.manifest.name} {package.manifest.version}"))


def _written(data: bytes, target: Path) -> tuple[Path, Package]:
    """The package in its place, once it was looked at as who installs it will."""
    draft = target / ".pack.zip"
    draft.write_bytes(data)
    try:
        handles = as_if_allocated(peek(draft))
        package = read_package(draft, this_host(), handles, COMMANDS)
        name = f"{package.manifest.handle}-{package.manifest.version}.zip"
        return draft.rename(target / name), package
    finally:
        draft.unlink(missing_ok=True)


def index_folder(
    folder: Annotated[Path, typer.Argument(help="The folder with your packages")],
    publisher: Annotated[str, typer.Option(help="You, as their manifests name you")],
) -> None:
    """Make an index of the packages in a folder, for others to install from."""
    try:
        (folder / INDEX).write_text(index_of(folder, publisher) + "\n", encoding="utf-8")
    except PackageError as error:
        fail("\n".join(["No index was made:", *(f"  {words}" for words in error.problems)]))
    except OSError as error:
        fail(f"No index was made: {error.strerror}.")
    typer.echo(f"{folder / INDEX} is made. Sign it: minisign -S -m {folder / INDEX}")
