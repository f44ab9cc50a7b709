"""A plugin that was taken off the master list stays off it: nothing asks about it, and nothing that is read adds it."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from models.database.engine import Database
from models.events import Event
from models.events.extensions import CiSaid
from models.events.github import FolderReading, PluginFilesReading
from models.events.master_list import PluginRemoval
from models.github import folders, owners, sync
from models.metadata.listing import ListingEntry
from models.operating import usage
from models.queries.following import tags
from models.queries.given_up import given_up
from models.queries.named import named_plugins
from models.queries.plugins import handles
from models.recording.github.master_list import import_listing
from models.rules.privacy import EVERYTHING
from models.rules.status import Verdict
from models.tables import Plugin
from tests.hub import REPOSITORY, a_repository, follow
from tests.staff import GUARDIAN, Staffed, staffed
from tests.world import World, make_world

MANY = "example/many"
FOLDER = f"{MANY}/plugins/chat"
EVERY = timedelta(hours=1)


@pytest.fixture
def people(database: Database, now: datetime) -> Staffed:
    """Three were removed: one follows its repository, one is in a folder, and one was never found on GitHub."""
    world = make_world(database, now, "solved", "voting", "lost")
    with database.write() as session:
        follow(session, "solved", repository=a_repository(archived=True))
        follow(session, "voting", repository=a_repository("voting", REPOSITORY + 1, archived=True))
        import_listing(session, [ListingEntry(MANY, tags=("talk",), path="plugins/chat")], now)
    world.client("forum.example.com", "solved", "voting")
    people = staffed(world)
    for name in ("solved", "chat", "lost"):
        world.record(PluginRemoval(GUARDIAN, name, "it is old", allowed=EVERYTHING))
    return people


def listed(world: World) -> list[str]:
    with world.database.read() as session:
        return handles(session)


@pytest.mark.parametrize(
    "seen",
    [
        PluginFilesReading(REPOSITORY, "# name: solved\n# version: 9\n", None, is_plugin=True),
        PluginFilesReading(REPOSITORY, None, "3.5: main", ("gil",)),
        FolderReading(FOLDER, "# name: chat\n# version: 9\n"),
        FolderReading(FOLDER, problem="plugin.rb is too large"),
    ],
)
def test_what_is_read_of_it_adds_it_not_again(people: Staffed, seen: Event) -> None:
    (outcome,) = people.world.record(seen)
    assert outcome.number == 0
    assert listed(people.world) == ["voting"]


def test_github_is_not_asked_about_it(people: Staffed) -> None:
    world = people.world
    with world.database.read() as session:
        due = sync.due(session, "files", EVERY, world.now)
        assert [each.full_name for each in due] == ["example/voting"]
        assert sync.unfound(session, EVERY, world.now) == []
        assert folders.due(session, EVERY, world.now) == []


def test_once_it_is_imported_again_it_is_read(people: Staffed) -> None:
    world = people.world
    with world.database.write() as session:
        entries = [ListingEntry("example/solved"), ListingEntry(MANY, path="plugins/chat")]
        import_listing(session, entries, world.now)
    assert listed(world) == ["chat", "solved", "voting"]
    with world.database.read() as session:
        due = sync.due(session, "files", EVERY, world.now)
        assert [each.full_name for each in due] == ["example/solved", "example/voting"]
        assert [each.subject for each in folders.due(session, EVERY, world.now)] == [FOLDER]
    (outcome,) = world.record(FolderReading(FOLDER, "# name: chat\n"))
    assert outcome.number == 1


def test_owners_of_removed_plugins_are_not_asked_about(people: Staffed) -> None:
    world = people.world
    with world.database.read() as session:
        assert [each.login for each in owners.due(session, EVERY, world.now)] == ["example"]
    world.record(PluginRemoval(GUARDIAN, "voting", "it is old", allowed=EVERYTHING))
    with world.database.read() as session:
        assert owners.due(session, EVERY, world.now) == []


def test_no_other_question_finds_it(people: Staffed) -> None:
    world = people.world
    names = ("solved", "example/solved", "https://github.com/example/lost", FOLDER)
    with world.database.read() as session:
        found = named_plugins(session, [*names, "example/voting"], EVERYTHING)
        voting = session.exec(select(Plugin.id).where(Plugin.handle == "voting")).one()
        assert found == {"example/voting": voting}
        assert [each.handle for each in given_up(session, world.now)] == ["voting"]
        assert {row[0] for row in usage.count(session, world.now)} == {voting}
        assert tags(session) == []


def test_no_extension_opens_an_incident_of_it(people: Staffed) -> None:
    world = people.world
    told = ("main", "tests-passed", "c1", Verdict.TESTS_FAILING, world.now, "Gil")
    outcomes = world.record(*(CiSaid("acme", name, *told) for name in ("chat", "lost")))
    assert [outcome.number for outcome in outcomes] == [0, 0]
    assert world.incidents() == []
