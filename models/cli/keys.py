"""`keys create`, `keys list`, `keys revoke`."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from models.cli.showing import print_table
from models.cli.terminal import fail, opened_database
from models.operating import keys
from models.rules.kinds import KeyKind

app = typer.Typer(help="Keys of the machines that report.", no_args_is_help=True)

_HEADERS = {
    KeyKind.SITE: "Api-Key",
    KeyKind.USER: "User-Api-Key",
    KeyKind.CANARY: "Authorization, after the word Bearer",
    KeyKind.ROBOT: "Authorization, after the word Bearer",
}


@app.command()
def create(
    kind: Annotated[
        KeyKind,
        typer.Option(
            help="Whose it is: a canary server's, a client site's, a browser canary's, a robot's"
        ),
    ],
    name: Annotated[
        str | None, typer.Option(help="Whom a site or robot key is for; the server of a canary key")
    ] = None,
    domain: Annotated[
        str | None, typer.Option(help="The host name that reports; a user key needs it")
    ] = None,
) -> None:
    """Make a key and print it, alone, on standard output.

    It is shown this once and stored only as its SHA-256.
    """
    now = datetime.now(UTC)
    try:
        with opened_database() as database, database.write() as session:
            text = keys.create(session, kind, name, domain, now)
    except keys.KeyRequestError as error:
        fail(f"No key was made: {error}.")
    typer.echo(text)
    typer.echo(f"Send it in the header {_HEADERS[kind]}. It will not be shown again.", err=True)


@app.command("list")
def list_keys() -> None:
    """List the keys with their last use.

    A key's text is not known any more; its hint is how it ends.
    """
    with opened_database(reads_only=True) as database, database.read() as session:
        found = keys.listing(session)
        rows = [
            (
                str(key.id),
                key.kind,
                key.name,
                key.domain or "any",
                f"…{key.hint}",
                _day(key.created_at),
                _day(key.last_used_at) or "never",
                f"revoked {_day(key.revoked_at)}" if key.revoked_at else "valid",
            )
            for key in found
        ]
    if rows:
        print_table(("No.", "Kind", "Name", "Domain", "Hint", "Made", "Last used", "State"), rows)
    else:
        typer.echo(
            "There are no keys yet; make one with: python -m models keys create --kind site --name NAME"
        )


@app.command()
def revoke(
    key: Annotated[str, typer.Argument(help="The key's number or hint, as `keys list` shows them")],
) -> None:
    """Make a key invalid at once."""
    now = datetime.now(UTC)
    try:
        with opened_database() as database, database.write() as session:
            revoked = keys.revoke(session, key.removeprefix("…"), now)
            typer.echo(f"Key {revoked.id} ({revoked.name}) is revoked.")
    except keys.KeyRequestError as error:
        fail(f"Nothing was revoked: {error}.")


def _day(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M") if moment else ""
