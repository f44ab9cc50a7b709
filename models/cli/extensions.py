"""`extensions`: its commands are put together here, and those that list, check, remove and purge are."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import chain
from typing import Annotated

import typer

from models.cli import authoring, installing, switching
from models.cli.operator import operator
from models.cli.showing import print_table
from models.cli.terminal import fail, opened_database
from models.database.engine import Session
from models.extensions.bundled import BUNDLED
from models.extensions.detecting import Detected, became
from models.extensions.host import this_host
from models.extensions.installed import Installed, installed, present
from models.extensions.installing import ExtensionRequestError, purge, remove
from models.extensions.store import Store
from models.health.extensions import troubles_of
from models.people.persons import Who
from models.rules.inert import inert
from models.settings import Settings

app = typer.Typer(help="Extensions: plugins of Pluginwatch itself.", no_args_is_help=True)

_Handle = Annotated[str, typer.Argument(help="The extension's handle")]


@app.command("list")
def list_extensions() -> None:
    """List what is installed, or was and left data, with what keeps it from running; and what could be installed."""
    store = Store(Settings.load().extensions_folder)
    with opened_database(reads_only=True) as database, database.read() as session:
        known = installed(session, this_host())
    if known:
        header = ("Handle", "Version", "State", "Publisher", "Licence", "Trouble")
        print_table(header, map(_line, known))
    else:
        typer.echo(
            "No extension is installed; install one with: python -m models extensions install FILE"
        )
    _list_incoming(store, known)


def _list_incoming(store: Store, known: Sequence[Installed]) -> None:
    found = installing.detected(store)
    came_in = [each for each in found if each.path.parent != BUNDLED]
    _list_packages(
        "Bundled with Pluginwatch", [each for each in found if each not in came_in], known
    )
    _list_packages(f"In {store.incoming}", came_in, known)


def _list_packages(where: str, found: Iterable[Detected], known: Sequence[Installed]) -> None:
    rows = []
    for each in sorted(found, key=lambda each: each.path.name):
        about, how = ("", "", ""), "refused"
        if named := each.manifest:
            about = (named.handle, str(named.version), named.publisher)
        if named and not each.problems:
            how = became(named.handle, named.version, present(known))
        rows.append((each.path.name, *about, how, "; ".join(each.problems)))
    if rows:
        typer.echo(f"\n{where}:")
        print_table(("File", "Handle", "Version", "Publisher", "State", "Reasons"), rows)


@app.command()
def check(
    strict: Annotated[
        bool, typer.Option("--strict", help="End with exit code 1 when something is wrong")
    ] = False,
) -> None:
    """Say what keeps installed extensions from running with this Pluginwatch. It starts all the same."""
    store = Store(Settings.load().extensions_folder)
    with opened_database(reads_only=True) as database, database.read() as session:
        there = present(installed(session, this_host())).values()
    wrong = list(chain.from_iterable(troubles_of(each, store) for each in there))
    for words in wrong:
        typer.echo(words)
    if wrong and strict:
        raise typer.Exit(1)
    if not wrong:
        typer.echo(f"Nothing keeps the extensions from running: {len(there)}.")


app.command("new")(authoring.new_extension)
app.command("pack")(authoring.pack_workspace)
app.command("index")(authoring.index_folder)
app.command("install")(installing.install_package)
app.command("on")(switching.turn_on)
app.command("off")(switching.turn_off)
app.command("retry")(switching.retry)


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
            yield session, operator(session, now), now
    except ExtensionRequestError as error:
        fail(f"Nothing was changed: {error}.")


def _line(each: Installed) -> tuple[str, ...]:
    publisher = each.manifest.publisher if each.manifest else ""
    licence = each.manifest.licence if each.manifest else ""
    return (
        each.handle,
        str(each.version),
        each.state,
        publisher,
        licence,
        "; ".join(filter(None, (*each.troubles, each.upgrade))),
    )
