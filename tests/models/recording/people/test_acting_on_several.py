"""Several incidents are acted on at once: those of an outbreak in one press, or those of some numbers."""

from datetime import datetime, timedelta

import pytest

from models.database.engine import Database
from models.messages.message import Buttons, Message
from models.rules.care import Deed, outbreak_number
from models.rules.people import Actor
from models.tables import Posting
from tests.models.messages.samples import said
from tests.models.recording.verdicts.test_incidents import send_all
from tests.staff import ADMIN, GUARDIAN, MAINTAINER, STRANGER, Staffed, staffed
from tests.world import BAD, GOOD, make_world, saw

PLUGINS = ["solved", *(f"plugin-{number:02}" for number in range(29))]
SAME = "NameError: uninitialized constant Site::CATEGORY_CACHE"


@pytest.fixture
def people(database: Database, now: datetime) -> Staffed:
    """Thirty plugins that one commit of the host broke, told in the local room."""
    world = make_world(database, now, *PLUGINS, "late")
    people = staffed(world)
    everyone = [*PLUGINS, "late"]
    world.report(*(saw(name, f"{name}-1", GOOD) for name in everyone), host="h1")
    world.report(*(saw(name, f"{name}-1", BAD, SAME) for name in PLUGINS), host="h2")
    send_all(world)
    return people


def told(people: Staffed) -> list[tuple[str, str, Message]]:
    """What was told since the card, each with its conversation."""
    rows = people.world.announced()[1:]
    return [(row.conversation, row.action, Message.from_json(row.message)) for row in rows]


def test_thirty_plugins_are_taken_in_one_press_and_told_once(people: Staffed) -> None:
    (post,) = people.world.announced()
    card = Message.from_json(post.message)
    assert said(card).count(SAME) == 1
    commands = next(block.buttons for block in card if isinstance(block, Buttons))
    assert commands[0] == ("Acknowledge all", "ack outbreak 1")
    answer = people.act(GUARDIAN, Deed.ACKNOWLEDGE, "outbreak 1")
    assert answer.title == "Outbreak 1: 30 incidents acknowledged"
    assert {row.acknowledged_by for row in people.world.incidents()} == {"Gil"}
    (edit, reply) = told(people)
    assert (edit[0], edit[1]) == ("outbreak:1", Posting.EDIT)
    assert "Acknowledge all" not in said(edit[2])
    assert (reply[0], reply[1]) == ("outbreak:1", Posting.REPLY)
    assert reply[2].title == "Acknowledged by Gil"
    assert "30 incidents of outbreak 1: 1, 2, 3," in said(reply[2])
    again = people.act(GUARDIAN, Deed.ACKNOWLEDGE, "Outbreak #1")
    assert again.title == "Outbreak 1: 0 incidents acknowledged"
    assert people.audited()[-1].words.startswith("outbreak 1: acknowledge incident 1, 2")


def test_a_maintainer_takes_what_is_theirs_and_a_stranger_nothing(people: Staffed) -> None:
    answer = people.act(MAINTAINER, Deed.CLAIM, "outbreak 1")
    assert answer.title == "Outbreak 1: 1 incident claimed"
    assert "29 incidents more: you may not act on those plugins." in said(answer)
    assert people.act(STRANGER, Deed.CLAIM, "outbreak 1").title == "You may not do that here"
    assert people.audited()[-1].outcome == "denied"
    answer = people.act(GUARDIAN, Deed.CLAIM, "outbreak 1")
    assert answer.title == "Outbreak 1: 29 incidents claimed"
    assert "Mai owns it" in said(answer)
    assert [row.owner for row in people.world.incidents()] == ["Mai", *["Gil"] * 29]
    assert people.act(GUARDIAN, Deed.RELEASE, "outbreak 1").title.endswith("29 incidents released")
    assert people.act(ADMIN, Deed.RELEASE, "outbreak 1").title.endswith("1 incident released")


def test_some_are_taken_by_their_numbers(people: Staffed) -> None:
    answer = people.act(GUARDIAN, Deed.CLAIM, "3 5 #4")
    assert answer.title == "3 incidents claimed"
    assert [row.owner for row in people.world.incidents()][:6] == [None, None, *["Gil"] * 3, None]
    assert people.audited()[-1].words == "claim incident 3, 4, 5"
    answer = people.act(MAINTAINER, Deed.ACKNOWLEDGE, "1 2, 3")
    assert answer.title == "1 incident acknowledged"
    assert "2 incidents more: you may not act on those plugins." in said(answer)
    answer = people.act(GUARDIAN, Deed.MUTE, "2 3", length=timedelta(hours=4))
    buttons = next(block.buttons for block in answer if isinstance(block, Buttons))
    assert ("1 day", "mute 2 3 1d") in buttons
    assert people.act(GUARDIAN, Deed.CLAIM, "3 4 5").title == "0 incidents claimed"


@pytest.mark.parametrize(
    ("actor", "numbers", "title", "outcome"),
    [
        (GUARDIAN, "2 99", "There is no incident 99", "unknown"),
        (STRANGER, "2 3", "You may not do that here", "denied"),
        (
            GUARDIAN,
            " ".join(map(str, range(1, 22))),
            "More than 20 incidents are too many at once",
            "unknown",
        ),
    ],
)
def test_none_is_taken_where_one_is_unknown_or_none_is_theirs(
    people: Staffed, actor: Actor, numbers: str, title: str, outcome: str
) -> None:
    assert people.act(actor, Deed.CLAIM, numbers).title == title
    assert people.audited()[-1].outcome == outcome
    assert {row.owner for row in people.world.incidents()} == {None}


def test_who_joins_a_muted_outbreak_is_muted_with_it_until_that_ends(people: Staffed) -> None:
    hours = timedelta(hours=4)
    answer = people.act(GUARDIAN, Deed.MUTE, "outbreak 1", length=hours, reason="a revert comes")
    assert answer.title == "Outbreak 1: 30 incidents muted"
    assert ("1 day", "mute outbreak 1 1d") in next(
        block.buttons for block in answer if isinstance(block, Buttons)
    )
    send_all(people.world)
    before = len(told(people))
    people.world.report(saw("late", "late-1", BAD, SAME), host="h2")
    assert [action for _, action, _ in told(people)[before:]] == [Posting.EDIT]
    late = people.world.incidents()[-1]
    assert (late.outbreak_id, late.mute_reason, late.muted_by) == (1, "a revert comes", "Gil")
    assert people.act(GUARDIAN, Deed.UNMUTE, "outbreak 1").title.endswith("31 incidents unmuted")
    replies = [said(message) for _, action, message in told(people) if action == Posting.REPLY]
    assert "It hid 1 step of the story" in replies[-1]


def test_what_is_no_outbreak_or_over_is_told(people: Staffed) -> None:
    assert people.act(GUARDIAN, Deed.MUTE, "outbreak 9").title == "There is no outbreak 9"
    answer = people.act(GUARDIAN, Deed.FILE, "outbreak 1")
    assert answer.title == "Issues are made of single incidents"
    everyone = (saw(name, f"{name}-2", GOOD) for name in PLUGINS)
    people.world.report(*everyone, host="h3")
    answer = people.act(GUARDIAN, Deed.ACKNOWLEDGE, "outbreak 1")
    assert answer.title == "Outbreak 1 has no open incident"
    assert people.audited()[-1].outcome == "stale"


@pytest.mark.parametrize(
    ("subject", "number"),
    [
        ("outbreak 3", 3),
        ("OUTBREAK  #3", 3),
        ("3", None),
        ("outbreak", None),
        ("outbreak 1e3", None),
    ],
)
def test_how_an_outbreak_is_named(subject: str, number: int | None) -> None:
    assert outbreak_number(subject) == number
