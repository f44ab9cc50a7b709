"""GitHub's deliveries recorded without a server, and what is left of them in the mirror."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import uuid4

import sqlalchemy
from sqlmodel import SQLModel, select

from models.database.engine import Database
from models.events.github import GithubDelivery
from models.record import record
from models.tables import (
    AppInstallation,
    CiRun,
    Delivery,
    Issue,
    Label,
    Plugin,
    Release,
    Repository,
    RepositoryName,
    SourceVerdict,
    Status,
)
from tests.world import World
from webhooks.github.parsing import parse

MIRROR: tuple[type[SQLModel], ...] = (
    Repository,
    RepositoryName,
    AppInstallation,
    Issue,
    Label,
    Release,
    CiRun,
)

# An event and its body.
Told = tuple[str, dict[str, Any]]


def delivery(event: str, body: dict[str, Any], guid: str | None = None) -> GithubDelivery:
    """A verified delivery."""
    return GithubDelivery(guid or str(uuid4()), event, tuple(parse(event, body).facts))


def deliver(world: World, *told: Told) -> None:
    """Deliver one after the other."""
    for event, body in told:
        world.record(delivery(event, body))


def rows(database: Database, tables: Iterable[type[SQLModel]] = MIRROR) -> dict[str, list[Any]]:
    """All rows of the mirror, in an order of their own."""
    with database.read() as session:
        return {
            str(table.__tablename__): sorted(
                repr(sorted(row.model_dump().items())) for row in session.exec(select(table))
            )
            for table in tables
        }


def bindings(database: Database) -> dict[str, tuple[str, int | None]]:
    """Each plugin's repository, by its name and its id."""
    with database.read() as session:
        return {
            plugin.handle: (plugin.repository, plugin.repository_id)
            for plugin in session.exec(select(Plugin))
        }


def verdicts(database: Database) -> list[tuple[Any, ...]]:
    """What the sources say now, as far as it does not depend on what they said before."""
    with database.read() as session:
        found = session.exec(
            select(SourceVerdict).order_by(sqlalchemy.text("plugin_id, plugin_branch"))
        ).all()
    return [
        (row.plugin_branch, row.verdict, row.plugin_sha, row.seen_at, row.message, row.reference)
        for row in found
    ]


def forget(database: Database, repositories: dict[str, str]) -> None:
    """Begin anew: nothing was ever told, and the plugins have these repositories."""
    with database.write() as session:
        for table in (*MIRROR, Delivery, SourceVerdict, Status):
            session.exec(sqlalchemy.delete(table))
        for plugin in session.exec(select(Plugin)):
            plugin.repository_id = None
            plugin.repository = plugin.repository_key = f"waiting/{plugin.handle}"
            session.add(plugin)
        session.flush()
        for plugin in session.exec(select(Plugin)):
            plugin.repository = plugin.repository_key = repositories[plugin.handle]
            session.add(plugin)


def end_state(
    world: World, repositories: dict[str, str], batches: Sequence[Sequence[GithubDelivery]]
) -> Any:
    """How all ends when it is told in these batches, for quickness' sake in one transaction."""
    forget(world.database, repositories)
    with world.database.write() as session:
        for batch in batches:
            record(session, batch, world.now)
    return rows(world.database), bindings(world.database), verdicts(world.database)
