"""`extensions install`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from models.actions.core.table import COMMANDS
from models.cli.operator import operator
from models.cli.terminal import fail, opened_database
from models.database.engine import Database
from models.extensions.detecting import Detected, detect, named
from models.extensions.host import allocated, this_host
from models.extensions.installed import folders, installed
from models.extensions.installing import install, offer
from models.extensions.manifest import Handles, Manifest
from models.extensions.package import Package, read_package
from models.extensions.refusal import PackageError
from models.extensions.store import Store
from models.rules.inert import inert
from models.settings import Settings
from models.views.extensions import Offer


def detected(store: Store) -> tuple[Detected, ...]:
    """What could be installed: what lies in `incoming`, and what is bundled."""
    return detect(store, this_host(), _handles(store), COMMANDS)


def install_package(
    package_or_handle: Annotated[
        str,
        typer.Argument(
            metavar="FILE|NAME",
            help="A package, an archive or a folder; or the handle of one that lies in incoming or is bundled",
        ),
    ],
    agree: Annotated[
        bool,
        typer.Option("--agree", help="Agree to its licence and permissions without a question"),
    ] = False,
) -> None:
    """Install a package, turned off. Nothing of it runs. Its licence and what it may do are shown and agreed to."""
    store = Store(Settings.load().extensions_folder)
    with opened_database() as database:
        try:
            package = _read(package_or_handle, store)
            with database.read() as session:
                found = offer(session, package.manifest, this_host())
            _show(package, found)
            agrees = found.is_agreed or agree or typer.confirm("Do you agree to this?")
            if not agrees:
                fail("Nothing was installed.")
            _install(database, store, package, agrees=agrees)
        except PackageError as error:
            fail("\n".join(["Nothing was installed. The package", *map(_indented, error.problems)]))
        except OSError as error:
            fail(f"Nothing was installed: {store.root} takes no files: {error.strerror}.")
    typer.echo(_done(package.manifest, found))


def _done(manifest: Manifest, found: Offer) -> str:
    named = f"{manifest.handle} {manifest.version}"
    if not found.is_on:
        return f"{named} is installed, and off."
    return (
        f"{named} is installed, and takes the place of {found.replaces} once the jobs process has seen it start; "
        "until then, and if it does not, that goes on. What became of it: extensions list"
    )


def _read(package_or_handle: str, store: Store) -> Package:
    handles = _handles(store)
    path = Path(package_or_handle)
    if not path.exists() and (found := named(package_or_handle, detected(store))):
        path = found.path
    return read_package(path, this_host(), handles, COMMANDS)


def _handles(store: Store) -> Handles:
    try:
        return allocated(store.root)
    except (ValueError, OSError) as error:
        fail(f"{store.root / 'handles.toml'}: {error}.")


def _install(database: Database, store: Store, package: Package, *, agrees: bool) -> None:
    now = datetime.now(UTC)
    # Unpacked first, since no transaction waits for a disk.
    with store.unpacked(package) as folder, database.write() as session:
        person = operator(session, now)
        before = install(session, package, folder, this_host(), person, now, agrees=agrees)
    store.discard(before)
    with database.read() as session:
        store.sweep(folders(installed(session, this_host())), now)


def _show(package: Package, found: Offer) -> None:
    manifest = package.manifest
    named = f"{manifest.name} {manifest.version} by {manifest.publisher} ({manifest.website})"
    typer.echo(inert(f"{named}: {manifest.description}"))
    for words in found.terms:
        typer.echo(_indented(words))
    if found.replaces:
        again = "; its terms are those agreed to" if found.is_agreed else ""
        typer.echo(f"It takes the place of {found.replaces}{again}.")
    if found.holds:
        typer.echo(f"It does not fit, and would hold: {', '.join(found.holds)}.")


def _indented(words: str) -> str:
    return f"  {words}"
