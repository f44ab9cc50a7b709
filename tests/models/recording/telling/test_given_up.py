"""Plugins that nobody keeps: found when asked, and told to guardians once a week."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from models.actions.asking import Asker
from models.database.engine import Database
from models.events.silence import GivenUpDue
from models.messages.message import Message, Table
from models.record import record
from models.rules.care import Deed
from models.tables import Announcement, Destination, Plugin
from tests.asking import ANYONE, ask
from tests.hub import a_repository
from tests.staff import ADMIN, GUARDIAN, Staffed, staffed
from tests.world import BAD, GOOD, World, make_world, saw

DAY = timedelta(days=1)
STRANGER = Asker("slack", "T9", "U-x", "Nobody", "D1", is_direct=True)


@pytest.fixture
def people(database: Database, now: datetime) -> Staffed:
    """A site runs four plugins; quiet has had no commit for two years."""
    world = make_world(database, now, "solved", "voting", "chat", "quiet")
    people = staffed(world)
    with database.write() as session:
        for number, plugin in enumerate(session.exec(select(Plugin).order_by(Plugin.handle)), 1):
            plugin.repository_id = number
            session.add(plugin)
            pushed_at = now - (720 if plugin.handle == "quiet" else 7) * DAY
            session.add(a_repository(plugin.handle, number, head_at=pushed_at))
    site = world.client("forum.example.com", "solved", "voting", "chat", "quiet")
    world.report(saw("solved", "p1", GOOD), by=site)
    return people


@pytest.fixture
def world(people: Staffed) -> World:
    return people.world


def rows(message: Message) -> list[tuple[str, ...]]:
    return [row for block in message if isinstance(block, Table) for row in block.rows]


def asked(world: World, asker: Asker = ANYONE) -> list[tuple[str, ...]]:
    return rows(ask(world.database, "deprecated", world.now, asker))


def declare(world: World, text: str) -> None:
    admin = Asker("slack", "T1", ADMIN.user, ADMIN.name, "D1", is_direct=True)
    ask(world.database, f"edit {text}", world.now, admin)


def repository(world: World, number: int, **told: object) -> None:
    with world.database.write() as session:
        session.merge(a_repository(github_id=number, **told))


def test_what_is_declared_archived_or_gone(world: World) -> None:
    assert (
        ask(world.database, "deprecated", world.now).title == "No plugin is deprecated or abandoned"
    )
    declare(world, "voting status deprecated because polls do it")
    declare(world, "chat status removed of <2 because yanked")
    declare(world, "solved status beta")
    repository(world, 3, archived=True, full_name="example/solved")
    assert asked(world) == [
        ("chat <2", "removed: yanked", "1 site: forum.example.com"),
        ("solved", "deprecated: its repository is archived", "1 site: forum.example.com"),
        ("voting", "deprecated: polls do it", "1 site: forum.example.com"),
    ]
    assert [row[2] for row in asked(world, STRANGER)] == ["1 site"] * 3
    repository(world, 4, private=True)
    assert [row[0] for row in asked(world, STRANGER)] == ["chat <2", "solved"]
    world.now += 40 * DAY
    assert asked(world)[0][2] == "no site"


def test_who_is_broken_for_long_while_nobody_answers_is_abandoned(
    world: World, people: Staffed
) -> None:
    world.report(saw("quiet", "p1", BAD), saw("chat", "p1", BAD))
    world.now += 29 * DAY
    assert asked(world) == []
    world.now += DAY
    (row,) = asked(world)
    assert row[0] == "quiet"
    assert row[1].startswith("abandoned: last commit ")
    assert row[1].endswith(" and nobody takes care of it")
    people.act(GUARDIAN, Deed.ACKNOWLEDGE, "quiet")
    assert asked(world) == []


def test_guardians_are_told_once_a_week_what_they_may_know(world: World) -> None:
    with world.database.read() as session:
        before = len(session.exec(select(Announcement)).all())
        channels = len(session.exec(select(Destination)).all())
    assert channels
    assert tell(world) == 0, "nothing is given up"
    declare(world, "voting status deprecated because polls do it")
    assert [tell(world), tell(world)] == [1, 0]
    world.now += 7 * DAY
    assert tell(world) == 1
    told = world.announced()[before:]
    assert [rows(Message.from_json(row.message))[0][0] for row in told] == ["voting", "voting"]
    assert not any(row.private for row in told)


def tell(world: World) -> int:
    with world.database.write() as session:
        (outcome,) = record(session, [GivenUpDue()], world.now)
    return outcome.number
