"""`sources list`, `sources expect`, `sources forget`."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from models.cli.showing import print_table
from models.cli.terminal import fail, opened_database
from models.operating import watched
from models.operating.heartbeats import HeartbeatRequestError, read_length
from models.operating.watched import WatchedRequestError
from models.rules.lengths import shown

app = typer.Typer(
    help="Which sources are expected to report, and until when.", no_args_is_help=True
)

_Name = Annotated[
    str, typer.Argument(help="The source's name as `sources list` shows it, or KIND:NAME")
]


@app.command("list")
def list_sources() -> None:
    """List the sources with what each reported last, and until when it must report again."""
    with opened_database(reads_only=True) as database, database.read() as session:
        rows = [
            (
                row.kind,
                row.name,
                _minute(row.heard_at) or "never",
                _minute(row.due_at) if row.expected else "not waited for",
                shown(timedelta(seconds=row.allowed_seconds))
                if row.allowed_seconds
                else "its own rhythm",
                row.trouble or "",
            )
            for row in watched.listing(session)
        ]
    if rows:
        print_table(("Kind", "Name", "Last report", "Due", "May be silent", "Trouble"), rows)
    else:
        typer.echo("No source is known yet. The jobs process looks for them: python -m jobs")


@app.command()
def expect(
    name: _Name,
    every: Annotated[
        str, typer.Option(help="How often it reports: 12h, 1d, 2w; blank for its own rhythm")
    ] = "",
    grace: Annotated[str, typer.Option(help="How late it may be")] = "1h",
) -> None:
    """Say how long a source may be silent, or leave it to its own rhythm again.

    It is waited for from now on.
    """
    try:
        allowed = read_length(every) + read_length(grace) if every.strip() else None
        with opened_database() as database, database.write() as session:
            row = watched.expect(session, name, allowed)
            rhythm = (
                f"at least every {every}, {grace} late at the most"
                if allowed
                else "by its own rhythm"
            )
            typer.echo(f"{row.name} is expected to report {rhythm}.")
    except (WatchedRequestError, HeartbeatRequestError) as error:
        fail(f"Nothing was changed: {error}.")


@app.command()
def forget(name: _Name) -> None:
    """Wait for a source no more. Once it reports again, it is waited for again."""
    try:
        with opened_database() as database, database.write() as session:
            row = watched.forget(session, name, datetime.now(UTC))
            typer.echo(f"{row.name} is not waited for any more.")
    except WatchedRequestError as error:
        fail(f"Nothing was changed: {error}.")


def _minute(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""
