"""Plugins of several ecosystems with one name: how they come to the master list, and how people name them."""

from dataclasses import replace
from datetime import datetime
from itertools import permutations

import pytest
from sqlmodel import select

from models.database.engine import Database
from models.events import GuardReport, Observation
from models.events.extensions import ExtensionVerdict
from models.lookup import find_plugin
from models.metadata.header import parse_header
from models.metadata.listing import ListingEntry
from models.metadata.package_facts import PackageFacts
from models.queries.registry import all_declarations
from models.record import record
from models.recording.github.packages import record_packages
from models.rules.ecosystems import Ecosystem
from models.tables import Alias, Installation, Plugin
from tests.asking import ask
from tests.models.messages.samples import said
from tests.models.recording.github.test_master_list import held, take
from tests.world import BAD, GOOD, World, make_world, saw

DISCOURSE, PYTHON, JENKINS = Ecosystem.DISCOURSE, Ecosystem.PYTHON, Ecosystem.JENKINS


def entry(repository: str, name: str, ecosystem: Ecosystem | None = None) -> ListingEntry:
    return ListingEntry(repository, parse_header(f"# name: {name}"), ecosystem=ecosystem)


POLLS = {
    "poll": entry("discourse/poll", "poll"),
    "python:poll": entry("shelf/poll", "Poll", PYTHON),
    "jenkins:poll": entry("jenkinsci/poll", "poll", JENKINS),
}


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    """A forum's plugin of this name, and one of an application in Python, which reports another one, too."""
    world = make_world(database, now, "solved")
    shelf = entry("shelf/pins", "shelf-pins", PYTHON)
    take(database, now, *POLLS.values(), shelf)
    world.report(saw("poll", "1", GOOD))
    world.record(
        reported(world, saw("shelf-pins", "2.0", GOOD, branch="release")),
        reported(world, saw("poll", "3.0", BAD, branch="release")),
    )
    return world


def reported(world: World, *lines: Observation) -> GuardReport:
    """A report of an application in Python."""
    return replace(world.a_report(*lines, host="0.64.0", branch="shelf"), ecosystem=PYTHON)


@pytest.mark.parametrize("order", [*permutations(POLLS)], ids="-".join)
def test_discourses_plugin_has_the_name_in_whatever_order_they_come(
    database: Database, now: datetime, order: tuple[str, ...]
) -> None:
    for handle in order:
        take(database, now, POLLS[handle])
    assert take(database, now, *POLLS.values()).refused == []
    assert held(database) == {handle: each.repository for handle, each in POLLS.items()}
    again = take(database, now, *POLLS.values())
    assert sorted(again.unchanged) == sorted(POLLS)


def test_who_comes_alone_has_the_name_and_its_prefix_is_understood(
    database: Database, now: datetime
) -> None:
    assert take(database, now, POLLS["python:poll"]).added == ["poll"]
    with database.read() as session:
        names = ("poll", "python:poll", "Python: Poll", "discourse:poll", "jenkins:poll")
        found = [find_plugin(session, name) is not None for name in names]
    assert found == [True, True, True, False, False]
    other = entry("else/poll", "poll", PYTHON)
    assert take(database, now, other).refused == [
        "else/poll claims the name `poll`, which belongs to shelf/poll."
    ]
    take(database, now, POLLS["poll"])
    assert take(database, now, other).refused == [
        "else/poll claims the name `python:poll`, which belongs to shelf/poll."
    ]


def test_what_is_known_of_a_plugin_stays_its_own_when_it_gets_a_prefix(
    database: Database, now: datetime
) -> None:
    world = make_world(database, now, "solved")
    take(database, now, POLLS["python:poll"])
    world.record(reported(world, saw("poll", "3.0", BAD, branch="release")))
    assert take(database, now, POLLS["poll"]).renamed == [("poll", "python:poll")]
    assert "does not load on shelf" in said(ask(database, "status python:poll", world.now))
    assert "no report yet" in said(ask(database, "status poll", world.now))
    world.report(saw("poll", "1", GOOD))
    assert "does not load on shelf" in said(ask(database, "status python:poll", world.now))
    assert [each.resolved_at for each in world.incidents()] == [None]


def test_a_former_name_of_another_ecosystem_gets_its_prefix_too(
    database: Database, now: datetime
) -> None:
    take(database, now, POLLS["python:poll"])
    take(database, now, entry("shelf/poll", "shelf-poll", PYTHON))
    take(database, now, POLLS["poll"])
    with database.read() as session:
        assert session.exec(select(Alias.handle)).all() == ["python:poll"]
        found = [find_plugin(session, name) for name in ("python:poll", "poll")]
        assert [each and each.repository for each in found] == ["shelf/poll", "discourse/poll"]


def test_an_extension_is_watched_though_its_name_is_taken(
    database: Database, now: datetime
) -> None:
    make_world(database, now, "pluginwatch-jira")
    verdict = ExtensionVerdict("jira", "Jira", "", "", "1.0", GOOD)
    with database.write() as session:
        record(session, [verdict], now)
        record(session, [verdict], now)
    assert set(held(database)) == {"pluginwatch-jira", "pluginwatch:pluginwatch-jira"}


def test_each_host_is_heard_of_its_own_plugins(world: World) -> None:
    with world.database.read() as session:
        rows = session.exec(select(Plugin.handle, Installation.verdict).join(Installation)).all()
    assert sorted(rows) == [
        ("poll", "compatible"),
        ("python:poll", "incompatible"),
        ("shelf-pins", "compatible"),
    ]


def test_people_are_told_of_the_others_with_the_name(world: World) -> None:
    told = said(ask(world.database, "status poll", world.now))
    assert "poll works on tests-passed" in told
    assert "The same name in another ecosystem: jenkins:poll and python:poll." in told
    told = said(ask(world.database, "status python:poll", world.now))
    assert "python:poll does not load on shelf" in told
    assert "The same name" not in told
    for question in ("poll", "ack poll", "follow poll", "history poll"):
        assert "python:poll" in said(ask(world.database, question, world.now)), question
    assert "The same name" not in said(ask(world.database, "status solved", world.now))


def test_a_set_is_of_the_plugins_of_its_host(world: World) -> None:
    on_shelf = said(ask(world.database, "check shelf: poll, shelf-pins", world.now))
    assert "python:poll" in on_shelf
    on_forum = said(ask(world.database, "check tests-passed: poll", world.now))
    assert "python:poll" not in on_forum
    assert "This plugin works" in on_forum
    named = said(ask(world.database, "check tests-passed: python:poll 3.0, poll", world.now))
    assert "python:poll is for Python" in named
    unknown = said(ask(world.database, "check shelf: solved, shelf-pins", world.now))
    assert "no plugin is called “solved”" in unknown


def test_packages_and_what_they_require_are_of_their_ecosystem(world: World) -> None:
    maps = PackageFacts("maps", "1.0", (("poll", ">=2"),), repository="shelf/maps")
    solved = PackageFacts("solved", "1.0", (("poll", ""),), repository="shelf/solved")
    with world.database.write() as session:
        assert record_packages(session, [maps, solved], PYTHON, world.now) == []
        facts = [(each.handle, each.other) for each in all_declarations(session)]
    assert facts == [("maps", "python:poll"), ("python:solved", "python:poll")]
    ask(world.database, "edit maps requires poll >=3", world.now)
    with world.database.read() as session:
        assert {each.other for each in all_declarations(session)} == {"python:poll"}
