"""The jobs process: `python -m jobs`. `python -m jobs run NAME` runs one job now."""

# Imports make next to no garbage: looking for it while they run takes a sixth of the start.
import gc

if __name__ == "__main__":
    gc.disable()

import signal
import time
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from jobs.clock import Clock, ticking
from jobs.deliver.opening import delivering
from jobs.fetching_indexes import fetch_index, fetch_newest, lines
from jobs.fetching_packages import FetchError, fetch_package
from jobs.fork_server import STOPS, ForkServer
from jobs.realms.hosting import hosting
from jobs.realms.trying import TrialError, stamps, try_out, wait_for_change
from jobs.schedule import schedule
from jobs.worker import work
from jobs.workers import Workers
from models import log
from models.cli.checking import show
from models.cli.terminal import fail, opened_database
from models.cli.version import VersionOption
from models.database.engine import Database
from models.database.starting import migrate_when_there
from models.extensions.host import allocated, this_host
from models.extensions.store import Store
from models.health import clock_findings
from models.heaps import share_heaps
from models.operating.languages import learn_languages
from models.rules.inert import inert
from models.rules.slots import Ended
from models.settings import Settings

app = typer.Typer(
    help="Pluginwatch's scheduler: run the jobs of the table when they are due.",
    add_completion=False,
    pretty_exceptions_enable=False,  # they print local variables, and one of them may be a password
)


@app.callback(invoke_without_command=True)
def main(context: typer.Context, *, version: VersionOption = False) -> None:  # noqa: ARG001 - the option acts by itself
    """Read the settings, bring the schema up to date, and tick until SIGTERM or SIGINT."""
    if context.invoked_subcommand is not None:
        return
    share_heaps()
    settings = Settings.load()
    log.configure(settings.log_level)
    learn_languages()
    with closing(Database(settings.database_url)) as database:
        table = schedule(database, settings)
        workers = Workers(database, ForkServer(partial(work, table=schedule)))
        migrate_when_there(database)
        # In every thread, so that they wait to be asked for.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        with (
            delivering(database, settings) as stop,
            hosting(database, settings),
            ticking(database, table, workers),
        ):
            signal.sigwait(STOPS)
            stop()  # it ends while the clock's jobs do


@app.command()
def run(
    name: Annotated[
        str, typer.Argument(help="A job of the table, as /plugin jobs and the page /jobs name it")
    ],
) -> None:
    """Run one job now, unless it is running. The exit code is 1 when it did not go well."""
    settings = Settings.load()
    log.configure(settings.log_level)
    server = ForkServer(partial(work, table=schedule))
    with opened_database() as database:
        table = schedule(database, settings)
        entry = next((entry for entry in table if entry.name == name), None)
        if entry is None:
            fail(
                f"There is no job {name!r}; the jobs are: {', '.join(sorted(entry.name for entry in table))}."
            )
        workers = Workers(database, server)
        clock = Clock(database, table, workers)
        clock.put_up()
        started = time.monotonic()
        try:
            ended = clock.run_now(entry)
        finally:
            workers.stop()
    if ended is None:
        fail(f"{name} runs already; two of it never run at once.")
    words = f"{name}: {ended}, after {time.monotonic() - started:.1f} s."
    if ended is not Ended.DONE:
        fail(f"{words} The log says more.")
    typer.echo(words)


@app.command()
def check() -> None:
    """Say whether the scheduler runs and how its jobs went. The exit code is 1 when it stands still."""
    log.configure("ERROR")
    with opened_database(reads_only=True) as database, database.read() as session:
        findings = list(clock_findings(session, datetime.now(UTC)))
    show(findings)


@app.command(name="try")
def try_(
    folder: Annotated[
        Path,
        typer.Argument(
            help="A folder with extension.toml, as extensions new makes it, or unpacked"
        ),
    ],
    words: Annotated[
        list[str] | None, typer.Argument(help="A question of the extension, as typed in chat")
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Start it again whenever a file of it changes")
    ] = False,
    same: Annotated[
        bool,
        typer.Option(
            "--same", help="In this same process, for a debugger: no jail, so only your own code"
        ),
    ] = False,
) -> None:
    """Start an extension in its jail, look whether it is what its manifest says, and ask it something."""
    if same and watch:
        fail("--same loads the code once: leave --watch out.")
    settings = Settings.load()
    log.configure(settings.log_level)
    with opened_database() as database:
        while True:
            before = stamps(folder)
            try:
                try_out(folder, words or (), database, settings, typer.echo, same=same)
            except TrialError as error:
                if not watch:
                    fail(str(error))
                typer.echo(str(error), err=True)
            if not watch:
                return
            wait_for_change(folder, before)


@app.command()
def fetch(
    url: Annotated[str, typer.Argument(help="Where the package is: https://…/NAME.zip")],
    sha256: Annotated[
        str, typer.Option(help="Its SHA-256 in hexadecimal, as its publisher states it")
    ],
) -> None:
    """Fetch a package of an extension into the folder incoming. It is not installed by that, and nothing of it runs."""
    settings = Settings.load()
    try:
        store = Store(settings.extensions_folder)
        path = fetch_package(url, sha256, store.incoming, settings.private_hosts)
    except FetchError as error:
        fail(f"Nothing was fetched: {error}.")
    typer.echo(f"{path} is there. What it is: python -m models extensions list")


@app.command()
def index(
    url: Annotated[str, typer.Argument(help="Where the index is: https://…/index.json")],
    name: Annotated[str, typer.Argument(help="An extension of it, to fetch into incoming")] = "",
) -> None:
    """What a publisher offers, by their signed index; with a name, fetch its newest version that is for here."""
    settings = Settings.load()
    store, private = Store(settings.extensions_folder), settings.private_hosts
    try:
        found = fetch_index(url, allocated(settings.extensions_folder), private)
        if not name:
            typer.echo("\n".join(lines(found)))
            return
        path = fetch_newest(found, url, name, this_host(), store.incoming, private)
    except (FetchError, ValueError) as error:
        fail(f"Nothing was fetched: {inert(str(error))}.")
    typer.echo(f"{path} is there. To install it: python -m models extensions install {name}")


if __name__ == "__main__":
    gc.freeze()  # what was imported lives as long as the process
    gc.enable()
    app(prog_name="python -m jobs")
