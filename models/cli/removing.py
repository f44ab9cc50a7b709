"""`plugins remove`."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from models.actions.core.master_list import in_one_line
from models.cli.operator import operators_actor
from models.cli.showing import told
from models.cli.terminal import fail, opened_database
from models.events.master_list import PluginRemoval
from models.record import record
from models.rules.authority import Power
from models.rules.privacy import EVERYTHING


def remove(
    name: Annotated[str, typer.Argument(help="The plugin, by its handle or repository")],
    because: Annotated[str, typer.Option(help="Why, for those who follow it")],
) -> None:
    """Take a plugin off the master list: its history is kept, its incidents end, and its followers are notified."""
    reason = in_one_line(because)
    if not reason:
        fail("Give a reason, for those who follow the plugin: --because TEXT")
    # Whoever has this shell may do all.
    wish = PluginRemoval(operators_actor(), name, reason, Power.ASK, EVERYTHING)
    with opened_database() as database, database.write() as session:
        (outcome,) = record(session, [wish], datetime.now(UTC))
    if outcome.answer is None:
        raise AssertionError("a removal is answered")
    words = told(outcome.answer)
    if not outcome.number:
        fail(words)
    typer.echo(words)
