"""`heartbeats create`, `heartbeats list`, `heartbeats delete`."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from models.cli.showing import print_table
from models.cli.terminal import fail, opened_database
from models.operating import heartbeats
from models.operating.heartbeats import HeartbeatRequestError, read_length
from models.rules.lengths import shown
from models.settings import Settings
from models.tables import Heartbeat

app = typer.Typer(
    help="Cron jobs that call an address when they start, finish or fail.", no_args_is_help=True
)

_HOW = """The job calls it when it has ended, and is missed when it does not. It will not be shown again. In a crontab:
  15 3 * * * log=$(backup 2>&1); curl -fsS -m 10 --retry 5 --data-raw "$log" ADDRESS/$?
ADDRESS alone says that it finished, ADDRESS/start that it begins, ADDRESS/fail that it failed, ADDRESS/CODE either."""


@app.command()
def create(
    name: Annotated[str, typer.Option(help="What the job is called in alerts")],
    every: Annotated[str, typer.Option(help="How often it finishes: 30m, 12h, 1d, 2w")] = "1d",
    grace: Annotated[str, typer.Option(help="How late it may be, and how long it may take")] = "1h",
) -> None:
    """Make a heartbeat and print its secret address, alone, on standard output.

    It is stored only as a SHA-256.
    """
    now = datetime.now(UTC)
    try:
        with opened_database() as database, database.write() as session:
            secret = heartbeats.create(session, name, read_length(every), read_length(grace), now)
    except HeartbeatRequestError as error:
        fail(f"No heartbeat was made: {error}.")
    typer.echo(f"{Settings.load().public_url}/heartbeats/{secret}")
    typer.echo(_HOW, err=True)


@app.command("list")
def list_heartbeats() -> None:
    """List the heartbeats with their last end."""
    with opened_database(reads_only=True) as database, database.read() as session:
        rows = [_row(each) for each in heartbeats.listing(session)]
    if rows:
        print_table(("Name", "Every", "Grace", "Last end", "It", "Runs"), rows)
    else:
        typer.echo(
            "There are no heartbeats yet; make one with: python -m models heartbeats create --name NAME"
        )


def _row(heartbeat: Heartbeat) -> tuple[str, ...]:
    heard = ended = runs = ""
    if heartbeat.heard_at:
        heard = f"{heartbeat.heard_at:%Y-%m-%d %H:%M}"
        ended = "failed" if heartbeat.failed else "finished"
    if heartbeat.started_at:
        runs = f"since {heartbeat.started_at:%Y-%m-%d %H:%M}"
    every = shown(timedelta(seconds=heartbeat.every_seconds))
    grace = shown(timedelta(seconds=heartbeat.grace_seconds))
    return (heartbeat.name, every, grace, heard or "never", ended, runs)


@app.command()
def delete(
    name: Annotated[
        str, typer.Argument(help="The heartbeat's name, as `heartbeats list` shows it")
    ],
) -> None:
    """Wait for a job no more; its address does not work from now on."""
    try:
        with opened_database() as database, database.write() as session:
            row = heartbeats.delete(session, name)
            typer.echo(f"The heartbeat {row.name} is deleted.")
    except HeartbeatRequestError as error:
        fail(f"Nothing was deleted: {error}.")
