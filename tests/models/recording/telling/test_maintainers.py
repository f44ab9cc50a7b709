"""Cards name who maintains the plugin; that nobody does, they tell guardians alone."""

from datetime import datetime

import pytest
from sqlmodel import col, delete, select

from models.database.engine import Database
from models.messages.message import Message
from models.outbox.places import destination
from models.people.persons import who
from models.rules.people import Actor
from models.rules.places import Place
from models.tables import CodeOwner, Destination, GithubLink, Plugin, Repository, Subscription
from tests.models.messages.samples import said
from tests.staff import Staffed, staffed
from tests.world import BAD, World, make_world, saw

OWNER = Actor("slack", "T1", "U-own", "Olga")
NOBODY = "No maintainer is recognised"


@pytest.fixture
def people(database: Database, now: datetime) -> Staffed:
    people = staffed(make_world(database, now, "solved", "voting"))
    with database.write() as session:
        session.exec(delete(Subscription))
        session.exec(delete(Destination))
    return people


def channel(world: World, address: str, plugin: str = "", workspace: str = "T1") -> None:
    """One that follows all plugins, or one."""
    with world.database.write() as session:
        to = destination(session, Place("slack", address, address, workspace=workspace))
        wanted = select(Plugin.id).where(Plugin.handle == plugin)
        session.add(Subscription(destination_id=to.id or 0, plugin_id=session.exec(wanted).first()))


def links(world: World, login: str, *owned: str, proved: bool = True) -> None:
    """Let Olga have this login, which owns the code of these plugins."""
    with world.database.write() as session:
        session.add(
            GithubLink(
                person_id=who(session, OWNER, world.now).person_id,
                destination_id=session.exec(select(Destination.id)).first() or 0,
                login=login,
                login_key=login,
                code_until=world.now,
                verified_at=world.now if proved else None,
            )
        )
        for plugin in session.exec(select(Plugin).where(col(Plugin.handle).in_(owned))):
            session.add(CodeOwner(plugin_id=plugin.id or 0, login_key=login))


def named(world: World, plugin: str, *names: str) -> None:
    """Let people have named these as the plugin's maintainers."""
    with world.database.write() as session:
        session.exec(select(Plugin).where(Plugin.handle == plugin)).one().maintainers = [*names]


def cards(world: World, plugin: str) -> dict[str, str]:
    """What the cards of a plugin that breaks say, by the channel."""
    before = len(world.announced())
    world.report(saw(plugin, "p1", BAD))
    with world.database.read() as session:
        names = dict(session.exec(select(Destination.id, Destination.address)).all())
    rows = [row for row in world.announced()[before:] if row.action == "post"]
    return {names[row.destination_id]: said(Message.from_json(row.message)) for row in rows}


def test_by_role_and_by_login(people: Staffed) -> None:
    channel(people.world, "C-guards")
    channel(people.world, "C-solved", "solved")
    links(people.world, "olga", "solved")
    for words in cards(people.world, "solved").values():
        # Mai never acted, so that only her id is known.
        assert "Maintained by Olga and U-maint." in words


def test_by_the_account_that_has_the_repository(people: Staffed) -> None:
    channel(people.world, "C-guards")
    links(people.world, "example")
    assert "Maintained by Olga." in cards(people.world, "voting")["C-guards"]


@pytest.mark.parametrize("login", ["exampl", "example_"])
def test_not_by_a_part_of_its_name(people: Staffed, login: str) -> None:
    channel(people.world, "C-guards")
    links(people.world, login)
    assert NOBODY in cards(people.world, "voting")["C-guards"]


def test_that_nobody_is_recognised_guardians_are_told(people: Staffed) -> None:
    channel(people.world, "C-guards")
    channel(people.world, "C-voting", "voting")
    links(people.world, "olga", "voting", proved=False)
    told = cards(people.world, "voting")
    assert NOBODY in told["C-guards"]
    assert "maint" not in told["C-voting"].casefold()


def test_who_is_not_admitted_is_told_no_names(people: Staffed) -> None:
    channel(people.world, "C-far", "solved", workspace="T-unknown")
    assert "maint" not in cards(people.world, "solved")["C-far"].casefold()


def test_who_owns_a_private_repository_is_not_told(people: Staffed) -> None:
    channel(people.world, "C-guards")
    with people.world.database.write() as session:
        session.exec(select(Plugin).where(Plugin.handle == "solved")).one().repository_id = 7
        session.add(Repository(github_id=7, full_name="example/solved", private=True, version="1"))
    assert "maint" not in cards(people.world, "solved")["C-guards"].casefold()


def test_who_is_named_stands_on_the_card_and_guardians_are_told_that_nobody_is_recognised(
    people: Staffed,
) -> None:
    channel(people.world, "C-guards")
    channel(people.world, "C-voting", "voting")
    named(people.world, "voting", "ann", "ben")
    told = cards(people.world, "voting")
    assert "Maintained by ann and ben. Nobody of them is recognised" in told["C-guards"]
    assert "Maintained by ann and ben." in told["C-voting"]
    assert "recognised" not in told["C-voting"]


def test_who_is_recognised_stands_for_who_is_named(people: Staffed) -> None:
    channel(people.world, "C-guards")
    links(people.world, "example")
    named(people.world, "voting", "ann")
    assert "Maintained by Olga." in cards(people.world, "voting")["C-guards"]
