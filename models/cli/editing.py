"""`plugins edit` and `plugins add`."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

import typer

from models.actions.action import Misunderstood
from models.actions.asking import Asker
from models.actions.core.table.registry import REGISTRY
from models.actions.grammar import read
from models.cli.operator import operators_actor
from models.cli.showing import told
from models.cli.terminal import fail, opened_database
from models.events.declaring import DeclarationWish, DetailEdit
from models.metadata.listing import named_repository
from models.record import record
from models.recording.github.master_list import import_listing
from models.rules.authority import Power
from models.rules.inert import inert
from models.rules.privacy import EVERYTHING

_SAYS = "Such as `needs >=3.5`, `tags support, answers`, `docs https://…`; off takes it back"


def edit(
    name: Annotated[str, typer.Argument(help="The plugin, by its handle or repository")],
    words: Annotated[list[str], typer.Argument(metavar="WHAT VALUE…", help=_SAYS)],
) -> None:
    """Say of a plugin what limits it, or what holds in place of what its repository says: as /plugin edit does."""
    wish = _wish([name, *" ".join(words).split()])
    with opened_database() as database, database.write() as session:
        (outcome,) = record(session, [wish], datetime.now(UTC))
    if outcome.answer is None:
        raise AssertionError("an edit is answered")
    said = told(outcome.answer)
    if not outcome.number:
        fail(said)
    typer.echo(said)


def add(
    repository: Annotated[
        str, typer.Argument(help="Its name or address on GitHub, with a folder of it if need be")
    ],
) -> None:
    """Add a plugin to the master list; its plugin.rb is read once the jobs process runs."""
    entry = named_repository(repository)
    if entry is None:
        fail(f"{inert(repository)} is no repository on GitHub, such as discourse/discourse-solved")
    with opened_database() as database, database.write() as session:
        result = import_listing(session, [entry], datetime.now(UTC), EVERYTHING)
    if result.refused:
        fail(result.refused[0])
    names = [*result.added, *result.updated, *(now for _, now in result.renamed)]
    typer.echo(f"{names[0]} is on the master list" if names else "It is on the list already.")


def _wish(words: list[str]) -> DeclarationWish | DetailEdit:
    """What the words wish, with the power of whoever sits at this shell, who may do all."""
    (action,) = (row for row in REGISTRY if row.name == "edit")
    asked = read(action, words)
    if isinstance(asked, Misunderstood):
        fail(str(asked.problem))
    actor = operators_actor()
    asker = Asker(actor.platform, actor.workspace, actor.user, actor.name, "")
    try:
        wish = action.run(asker, **asked.values)
    except ValueError as problem:
        fail(str(problem))
    if not isinstance(wish, DeclarationWish | DetailEdit):
        raise AssertionError("edit declares or edits")  # noqa: TRY004 - it cannot be
    return replace(wish, power=Power.ASK, allowed=EVERYTHING)
