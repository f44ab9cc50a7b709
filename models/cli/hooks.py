"""`hooks add`, `hooks list`, `hooks remove`, `hooks redeliver`."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from models.cli.showing import print_table
from models.cli.terminal import counted, fail, opened_database
from models.operating import hooks
from models.operating.sealing import Sealer
from models.settings import Settings

app = typer.Typer(help="Webhooks that notify other machines of incidents.", no_args_is_help=True)

_Name = Annotated[
    str, typer.Argument(help="The webhook's name, as `hooks list` shows it, or its whole URL")
]


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="Where events are posted to")],
    name: Annotated[str, typer.Option(help="What people call the receiver")],
    plugin: Annotated[
        list[str] | None, typer.Option(help="Notify of this plugin only; may be given again")
    ] = None,
) -> None:
    """Notify a receiver of incidents, and print the secret that signs them, alone, on standard output.

    Events carry the signatures of https://www.standardwebhooks.com. The secret is stored nowhere,
    and of the URL only the host can be read where it is stored.
    """
    settings = Settings.load()
    signing_secret = settings.webhook_signing_secret.get_secret_value()
    if not signing_secret:
        fail(
            "No webhook was made: set WEBHOOK_SIGNING_SECRET first, such as openssl rand -hex 32 makes."
        )
    try:
        with opened_database() as database, database.write() as session:
            sealer = Sealer(settings.webhook_signing_secret)
            hooks.add(session, sealer, url, name, plugin or [], settings.private_hosts)
    except hooks.HookRequestError as error:
        fail(f"No webhook was made: {error}.")
    receivers_secret = hooks.secret_of(signing_secret, url)
    typer.echo(hooks.shown(receivers_secret))
    typer.echo("Give it to the receiver. python -m jobs sends.", err=True)


@app.command("list")
def list_hooks() -> None:
    """List the webhooks with what became of their events."""
    with opened_database(reads_only=True) as database, database.read() as session:
        rows = [_row(hook) for hook in hooks.listing(session)]
    if rows:
        print_table(("Name", "URL", "Notified of", "Sent", "Waiting", "Given up", "Trouble"), rows)
    else:
        typer.echo(
            "There are no webhooks; make one with: python -m models hooks add URL --name NAME"
        )


@app.command()
def remove(name: _Name) -> None:
    """Forget a webhook, with all that waits for it."""
    try:
        with opened_database() as database, database.write() as session:
            hooks.remove(session, _sealer(), name)
    except hooks.HookRequestError as error:
        fail(f"Nothing was removed: {error}.")
    typer.echo(f"{name} is notified of nothing any more.")


@app.command()
def redeliver(
    name: _Name,
    event: Annotated[
        str, typer.Argument(help="The event's webhook-id; without one, all that was given up")
    ] = "",
) -> None:
    """Send again: one event, or all that was given up. Each keeps its webhook-id."""
    try:
        with opened_database() as database, database.write() as session:
            count = hooks.redeliver(session, _sealer(), name, event, datetime.now(UTC))
    except hooks.HookRequestError as error:
        fail(f"Nothing is sent again: {error}.")
    typer.echo(f"{counted(count, 'event')} on the way again.")


def _row(hook: hooks.Hook) -> tuple[str, ...]:
    return (
        hook.name,
        hook.url,
        ", ".join(hook.plugins) or "all plugins",
        f"{hook.sent:,}",
        f"{hook.waiting:,}",
        f"{hook.dead:,}",
        _trouble(hook),
    )


def _trouble(hook: hooks.Hook) -> str:
    if hook.parked:
        return f"held back: {hook.parked}"
    return hook.last_error or ""


def _sealer() -> Sealer:
    return Sealer(Settings.load().webhook_signing_secret)
