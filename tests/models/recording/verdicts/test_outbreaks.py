"""Many plugins broken by one cause are one announcement that lists them."""

import json
from datetime import datetime

import pytest
from sqlmodel import select

from bench.listeners import counting
from models.database.engine import Database
from models.messages.message import Items, Message
from models.record import record
from models.recording.verdicts import failing_alike
from models.tables import Destination, Outbreak, Posting, Subscription
from tests.models.messages.samples import said
from tests.models.recording.verdicts.test_incidents import send_all
from tests.world import BAD, GOOD, World, make_world, saw

PLUGINS = [f"plugin-{letter}" for letter in "abcdefgh"]


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    world = make_world(database, now, *PLUGINS)
    world.report(*(saw(name, f"{name}-1", GOOD) for name in PLUGINS), host="h1")
    return world


def conversations(world: World) -> list[tuple[str, str]]:
    return [(row.conversation, row.action) for row in world.announced()]


def break_with_host(world: World, *names: str) -> None:
    world.report(
        *(saw(name, f"{name}-1", BAD, f"{name} has an error of its own") for name in names),
        host="h2",
    )


def test_one_report_that_breaks_many_is_one_card(world: World) -> None:
    break_with_host(world, *PLUGINS[:5])
    assert conversations(world) == [("outbreak:1", Posting.POST)]
    card = world.announced()[0].message
    assert all(name in card for name in PLUGINS[:5])
    assert len(world.incidents()) == 5


def test_two_are_two_cards_and_the_third_gathers_them(world: World) -> None:
    break_with_host(world, PLUGINS[0])
    break_with_host(world, PLUGINS[1])
    send_all(world)
    assert [name for name, _ in conversations(world)] == ["incident:1"] * 2 + ["incident:2"] * 2
    break_with_host(world, PLUGINS[2])
    assert conversations(world)[4:] == [
        ("incident:1", Posting.EDIT),
        ("incident:2", Posting.EDIT),
        ("outbreak:1", Posting.POST),
    ]


def test_it_grows_by_edits_with_a_word_in_its_thread(world: World) -> None:
    break_with_host(world, *PLUGINS[:3])
    send_all(world)
    break_with_host(world, *PLUGINS[:5])
    assert conversations(world)[1:] == [("outbreak:1", Posting.EDIT), ("outbreak:1", Posting.REPLY)]
    assert PLUGINS[4] in world.announced()[1].message


def test_it_is_over_when_the_last_one_works(world: World) -> None:
    break_with_host(world, *PLUGINS[:3])
    send_all(world)
    world.report(*(saw(name, f"{name}-2", GOOD) for name in PLUGINS[:2]), host="h2")
    with world.database.read() as session:
        assert session.exec(select(Outbreak)).one().resolved_at is None
    world.report(saw(PLUGINS[2], "p2", GOOD), host="h3")
    with world.database.read() as session:
        assert session.exec(select(Outbreak)).one().resolved_at == world.now
    last = world.announced()[-1]
    assert (last.action, last.broadcast, json.loads(last.message)["tone"]) == (
        Posting.REPLY,
        True,
        "healthy",
    )


def test_one_error_in_many_plugins_is_an_outbreak_too(world: World) -> None:
    for name in PLUGINS[:3]:
        world.report(
            saw(name, f"{name}-2", BAD, "uninitialized constant Discourse::Gone"), host="h1"
        )
    assert ("outbreak:1", Posting.POST) in conversations(world)


def test_different_causes_stay_apart(world: World) -> None:
    for name, error in zip(PLUGINS[:3], ["one", "another", "a third"], strict=True):
        world.report(saw(name, f"{name}-2", BAD, f"{error} failure"), host="h1")
    assert "outbreak" not in {name.split(":")[0] for name, _ in conversations(world)}


def test_a_large_one_counts_all_members_and_lists_those_still_broken_first(
    database: Database, now: datetime
) -> None:
    names = [f"plugin-{n:02}" for n in range(30)]
    world = make_world(database, now, *names)
    world.report(*(saw(name, f"{name}-1", GOOD) for name in names), host="h1")
    world.report(*(saw(name, f"{name}-1", GOOD, branch="dev") for name in names[:2]), host="h1")
    break_with_host(world, *names)
    alike = (f"{name} has an error of its own" for name in names)
    world.report(
        *(saw(name, f"{name}-1", BAD, next(alike), branch="dev") for name in names[:2]), host="h2"
    )
    send_all(world)
    world.report(*(saw(name, f"{name}-2", GOOD) for name in names[2:7]), host="h2")
    (card,) = [
        Message.from_json(row.message)
        for row in world.announced()
        if (row.conversation, row.action) == ("outbreak:1", Posting.EDIT)
    ]
    # Two of the plugins are members with two branches each.
    assert card.title == "30 plugins broke on tests-passed after one host change"
    assert "25 still broken, 5 fixed." in said(card)
    (listed,) = [block for block in card if isinstance(block, Items) and "✗" in block.items[0]]
    assert all(line.startswith("✗") for line in listed.items[:-1])
    assert (len(listed.items), listed.items[-1]) == (26, "and 7 more; ask /plugin failing")


def test_of_all_that_fail_in_the_same_words_one_is_read(world: World) -> None:
    """A key may open thousands of them, and whoever reports next would wait until all are read."""
    for number in range(len(PLUGINS)):
        failing_alike._words.cache_clear()
        name = PLUGINS[number]
        words = f"RuntimeError: lost {number} of the posts"
        world.report(saw(name, f"{name}-1", BAD, words), host="h2")
    assert failing_alike._words.cache_info().misses == 1
    assert {row.cause for row in world.incidents()} == {"host/tests-passed/h2"}


def test_an_outbreak_costs_many_channels_no_more_statements_than_few(world: World) -> None:
    # What all may know alike is looked up and composed once: Guards wait for it. Here it is less than the local room
    # may know, so that two statements read that, and while there is no card a third what is broken.
    break_with_host(world, *PLUGINS[:3])
    send_all(world)
    alone = _statements_when_one_joins(world, PLUGINS[3])
    with world.database.write() as session:
        channels = [Destination(platform="test", address=f"c{n}", name=f"c{n}") for n in range(20)]
        session.add_all(channels)
        session.flush()
        session.add_all(Subscription(destination_id=each.id or 0) for each in channels)
    anew = _statements_when_one_joins(world, PLUGINS[4])
    together = _statements_when_one_joins(world, PLUGINS[5])
    assert (anew - alone, together - alone) == (3, 2)
    told = [row.message for row in world.announced() if row.action == Posting.REPLY]
    assert [told.count(message) for message in set(told)].count(21) == 1


def _statements_when_one_joins(world: World, name: str) -> int:
    report = world.a_report(saw(name, f"{name}-1", BAD, f"{name} has an error"), host="h2")
    with world.database.write() as session, counting(session) as statements:
        record(session, [report], world.now)
    send_all(world)
    return len(statements)
