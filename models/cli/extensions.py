"""`extensions list`, `extensions install`, `extensions remove`, `extensions purge`."""

import getpass
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from models.actions.core.table import CORE
from models.cli.terminal import fail, opened_database, print_table
from models.database.engine import Database, Session
from models.extensions.host import allocated, this_host
from models.extensions.installed import Installed, installed
from models.extensions.installing import ExtensionRequestError, Offer, install, offer, purge, remove
from models.extensions.package import Package, read_package
from models.extensions.refusal import PackageError
from models.extensions.store import Store
from models.people.persons import Who, who
from models.rules.inert import inert
from models.rules.people import Actor
from models.settings import Settings

app = typer.Typer(help="Extensions: plugins of Pluginwatch itself.", no_args_is_help=True)

_Handle = Annotated[str, typer.Argument(help="The extension's handle")]


@app.command("list")
def list_extensions() -> None:
    """List the extensions that are installed, or were and left data, with what keeps them from running here."""
    with opened_database() as database, database.read() as session:
        rows = [_line(each) for each in installed(session, this_host())]
    if rows:
        print_table(("Handle", "Version", "State", "Publisher", "Licence", "Trouble"), rows)
    else:
        typer.echo(
            "No extension is installed; install one with: python -m models extensions install FILE"
        )


@app.command("install")
def install_package(
    file: Annotated[Path, typer.Argument(help="A package: an archive, or a folder")],
    agree: Annotated[
        bool,
        typer.Option("--agree", help="Agree to its licence and permissions without a question"),
    ] = False,
) -> None:
    """Install a package, turned off. Nothing of it runs. Its licence and what it may do are shown and agreed to."""
    store = Store(Settings.load().extensions_folder)
    with opened_database() as database:
        try:
            package = _read(file, store)
            with database.read() as session:
                found = offer(session, package, this_host())
            _show(package, found)
            agrees = found.is_agreed or agree or typer.confirm("Do you agree to this?")
            if not agrees:
                fail("Nothing was installed.")
            _install(database, store, package, agrees=agrees)
        except PackageError as error:
            fail("\n".join(["Nothing was installed. The package", *map(_indented, error.problems)]))
        except OSError as error:
            fail(f"Nothing was installed: {store.root} takes no files: {error.strerror}.")
    manifest = package.manifest
    typer.echo(f"{manifest.handle} {manifest.version} is installed, and off.")


@app.command("remove")
def remove_extension(handle: _Handle) -> None:
    """Remove an extension. What it stored is kept, and found again when it is installed again."""
    store = Store(Settings.load().extensions_folder)
    with _asked_for() as (session, person, now):
        folder = remove(session, handle, this_host(), person, now)
    store.discard(folder)
    typer.echo(
        f"{handle} is removed; what it stored is kept. To forget that, too: extensions purge {handle}"
    )


@app.command("purge")
def purge_extension(handle: _Handle) -> None:
    """Forget all that was kept of an extension that was removed, once its handle was typed again."""
    if typer.prompt(f"This cannot be undone. Type {inert(handle)} to go on") != handle:
        fail("Nothing was purged: that is another word.")
    with _asked_for() as (session, person, now):
        purge(session, handle, person, now)
    typer.echo(f"Nothing is kept of {handle} any more.")


@contextmanager
def _asked_for() -> Iterator[tuple[Session, Who, datetime]]:
    now = datetime.now(UTC)
    try:
        with opened_database() as database, database.write() as session:
            yield session, _operator(session, now), now
    except ExtensionRequestError as error:
        fail(f"Nothing was changed: {error}.")


def _read(file: Path, store: Store) -> Package:
    try:
        handles = allocated(store.root)
    except (ValueError, OSError) as error:
        fail(f"Nothing was installed: {store.root / 'handles.toml'}: {error}.")
    commands = frozenset(action.name.split()[0] for action in CORE)
    return read_package(file, this_host(), handles, commands)


def _install(database: Database, store: Store, package: Package, *, agrees: bool) -> None:
    """Unpack first, since no transaction waits for a disk; what was not committed is removed again."""
    now = datetime.now(UTC)
    folder = store.unpack(package)
    try:
        with database.write() as session:
            person = _operator(session, now)
            before = install(session, package, folder, this_host(), person, now, agrees=agrees)
    except BaseException:
        store.discard(folder)
        raise
    store.discard(before)
    with database.read() as session:
        store.sweep({each.folder for each in installed(session, this_host())}, now)


def _operator(session: Session, now: datetime) -> Who:
    """Whoever sits at this shell, for the audit log."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = str(os.getuid())
    return who(session, Actor("shell", platform.node() or "here", user, user), now)


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


def _line(each: Installed) -> tuple[str, ...]:
    publisher = each.manifest.publisher if each.manifest else ""
    licence = each.manifest.licence if each.manifest else ""
    return (each.handle, str(each.version), each.state, publisher, licence, "; ".join(each.why))


def _indented(words: str) -> str:
    return f"  {words}"
