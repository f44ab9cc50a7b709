"""Upgrades that people plan: their digest says before them whether they would work, and who is in the way hears it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from models.actions.asking import Asker
from models.database.engine import Database
from models.messages.message import Message, Tone
from models.record import record
from models.rules.people import Actor
from models.tables import Announcement, Destination, Site, UpgradeWish
from tests.asking import ask
from tests.digesting import digests_due
from tests.models.messages.samples import said
from tests.staff import GUARDIAN, MAINTAINER, STRANGER, Staffed, staffed
from tests.world import BAD, GOOD, World, make_world, saw

DAY = timedelta(days=1)
SITE = "forum.example.com"


@pytest.fixture
def people(database: Database) -> Staffed:
    """A site runs solved and voting on stable; on beta solved does not load."""
    world = make_world(database, datetime(2026, 3, 15, 20, 0, tzinfo=UTC), "solved", "voting")
    people = staffed(world)
    site = world.client(SITE, "solved", "voting")
    good = [saw("solved", "p1", GOOD), saw("voting", "p1", GOOD)]
    world.report(*good, by=site, branch="stable")
    world.report(*good, branch="stable")
    world.report(saw("solved", "p1", BAD), saw("voting", "p1", GOOD), branch="beta")
    return people


@pytest.fixture
def world(people: Staffed) -> World:
    return people.world


def act(world: World, text: str, actor: Actor = GUARDIAN, channel: str = "C1") -> Message:
    person = Asker("slack", actor.workspace, actor.user, actor.name, channel, "ops")
    return ask(world.database, text, world.now, person)


def digests(world: World) -> dict[str, Message]:
    """What each address is told by the digests that are due now."""
    with world.database.write() as session:
        before = [row.id for row in session.exec(select(Announcement))]
        record(session, [digests_due(session, world.now)], world.now)
    with world.database.read() as session:
        rows = session.exec(
            select(Announcement, Destination.address)
            .join(Destination)
            .order_by(col(Announcement.id))
        )
        return {
            address: Message.from_json(row.message) for row, address in rows if row.id not in before
        }


def test_a_digest_says_before_an_upgrade_whether_it_would_work(world: World) -> None:
    planned = act(world, f"upgrade {SITE.upper()} to Beta")
    assert planned.title == f"The digest says whether the plugins of {SITE} would work on beta"
    assert planned.tone is Tone.WARNING, "there is no digest yet"
    act(world, "channel digest daily")
    assert digests(world).get("C1") is None
    world.now += DAY
    told = digests(world)["C1"]
    assert f"Before you upgrade {SITE} to beta: These 2 plugins do not all work on beta." in said(
        told
    )
    assert "solved does not load on beta, says a canary server" in said(told)
    assert told.tone is Tone.WARNING
    again = act(world, f"upgrade {SITE} to stable")
    assert again.tone is Tone.INFO
    world.now += DAY
    told = digests(world)["C1"]
    assert told.title == "Today: 1 planned upgrade"
    assert f"Before you upgrade {SITE} to stable: These 2 plugins work on stable." in said(told)
    assert "already" in act(world, f"upgrade {SITE} to stable").title
    act(world, f"upgrade {SITE} off")
    world.now += DAY
    assert "C1" not in digests(world)


def test_a_maintainer_hears_whose_plugin_is_in_the_way(world: World) -> None:
    act(world, f"upgrade {SITE} to beta")
    for somebody in (MAINTAINER, STRANGER):
        act(world, "digest daily", somebody)
    digests(world)
    world.now += DAY
    told = digests(world)
    mine = told[MAINTAINER.user]
    assert mine.title == "Today: 1 plugin of yours in the way of upgrades"
    assert "solved keeps 1 site from beta" in said(mine)
    assert SITE not in said(mine), "whose site it is, is theirs to tell"
    assert STRANGER.user not in told


def test_who_may_plan_and_what_makes_no_sense(world: World, people: Staffed) -> None:
    assert act(world, f"upgrade {SITE} to beta", STRANGER).title == "You may not do that here"
    assert act(world, f"upgrade me {SITE} to beta", STRANGER).title.startswith("The digest says")
    assert act(world, "upgrade nowhere.example.com to beta").title.startswith("No site called")
    assert act(world, f"upgrade {SITE} to nowhere").title.startswith("“nowhere” is no host branch")
    assert act(world, f"upgrade {SITE} off").title == f"No upgrade of {SITE} was planned here"
    assert [(row.outcome, row.words) for row in people.audited()[-5:]] == [
        ("denied", f"upgrade in ops: {SITE} to beta"),
        ("done", f"upgrade for themself: {SITE} to beta"),
        ("unknown", "upgrade in ops: nowhere.example.com to beta"),
        ("unknown", f"upgrade in ops: {SITE} to nowhere"),
        ("already", f"upgrade in ops: {SITE} off"),
    ]
    elsewhere = Actor("slack", "T9", "U-x", "Nobody")
    assert act(world, f"upgrade me {SITE} to beta", elsewhere).title.startswith(
        "That is shown only"
    )


def test_a_site_that_is_forgotten_takes_its_plans_with_it(world: World) -> None:
    act(world, f"upgrade {SITE} to beta")
    with world.database.write() as session:
        session.delete(session.exec(select(Site).where(Site.domain == SITE)).one())
        session.flush()
        assert session.exec(select(UpgradeWish)).all() == []
