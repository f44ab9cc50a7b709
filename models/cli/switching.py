"""`extensions on`, `extensions off`, `extensions retry`."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from models.actions.realms import Realms
from models.cli.operator import operators_actor
from models.cli.showing import told
from models.cli.terminal import fail, opened_database
from models.events.extensions import ExtensionWish
from models.extensions.standing import row_of
from models.record import record
from models.rules.authority import Power
from models.rules.extensions import ExtensionState, ExtensionVerb

_Handle = Annotated[str, typer.Argument(help="The extension's handle")]
_WANTED = {
    ExtensionVerb.ON: ExtensionState.ON,
    ExtensionVerb.OFF: ExtensionState.OFF,
    ExtensionVerb.RETRY: ExtensionState.ON,
}


def turn_on(
    handle: _Handle,
    everywhere: Annotated[
        bool, typer.Option("--everywhere", help="Let everybody use it, and not only who says so")
    ] = False,
) -> None:
    """Start an installed extension, and let people ask it. The jobs process must be running."""
    _switch(ExtensionVerb.ON, handle, everywhere=everywhere)


def turn_off(handle: _Handle) -> None:
    """Stop an extension; what it stored is kept."""
    _switch(ExtensionVerb.OFF, handle)


def retry(handle: _Handle) -> None:
    """Start an extension again that is quarantined. The jobs process must be running."""
    _switch(ExtensionVerb.RETRY, handle)


def _switch(verb: ExtensionVerb, handle: str, *, everywhere: bool = False) -> None:
    """Do it, and say what became of it; exit with code 1 unless the extension is then as it was wanted."""
    now = datetime.now(UTC)
    with opened_database() as database:
        with database.write() as session:
            # Whoever has this shell may do all.
            actor = operators_actor()
            wish = ExtensionWish(actor, verb, handle, Power.ASK, everywhere=everywhere)
            (outcome,) = record(session, [wish], now)
        answer = outcome.answer or Realms(database).answer(outcome.call or 0, handle)
        with database.read() as session:
            row = row_of(session, handle)
    words = told(answer)
    if row is None or row.state != _WANTED[verb]:
        fail(words)
    typer.echo(words)
