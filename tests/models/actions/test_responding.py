"""The one way from what was typed to its answer, on a real database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from models.actions.asking import Asker
from models.database.engine import Database
from models.outbox.ways_out import GITHUB, open_channels
from models.people.persons import appoint
from models.rules.authority import Holder, HolderKind
from models.tables import Posting
from tests.asking import Respond, responder
from tests.models.messages.samples import said
from tests.world import BAD, World, make_world, saw

ADMIN = Asker("slack", "T1", "U1", "Ada", "C1")
STRANGER = Asker("slack", "T1", "U2", "<@U1> Ada", "C1")


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    world = make_world(database, now, "solved")
    world.report(saw("solved", "p1", BAD))
    with database.write() as session:
        appoint(session, [Holder("slack", "T1", HolderKind.USER, "U1")], now)
    return world


@pytest.fixture
def respond(world: World) -> Respond:
    return responder(world.database)


def test_a_question_writes_nothing_and_an_action_is_recorded(
    world: World, respond: Respond
) -> None:
    assert respond("/plugin log solved", STRANGER).title.startswith(
        "Incident 1, open: solved (main)"
    )
    assert respond("audit", STRANGER).title == "Nobody has done anything yet"
    assert (
        respond("/plugin ack 1", ADMIN).title == "Incident 1, solved on tests-passed: acknowledged"
    )
    assert world.incidents()[0].acknowledged_by == "Ada"
    assert "Acknowledged by Ada" in world.announced()[0].message


def test_a_question_is_answered_while_somebody_writes(world: World, respond: Respond) -> None:
    with world.database.write():
        assert respond("failing", STRANGER).title == "Broken now: 1 plugin, 1 open incident"


def test_the_audit_log_names_who_was_refused_by_their_id(respond: Respond) -> None:
    assert respond("mute solved", STRANGER).title == "You may not do that here"
    respond("claim solved", ADMIN)
    words = said(respond("audit solved", STRANGER))
    assert "Who did what about solved, newest first" in words
    assert words.index("Ada (slack:U1)\nclaim incident 1") < words.index(
        "<@U1> Ada (slack:U2)\nmute solved"
    )
    assert "(refused)" in words
    assert "No plugin is called" in said(respond("audit solvd", STRANGER))


def test_what_is_not_understood_is_answered_with_the_usage(respond: Respond) -> None:
    assert "/plugin mute NAME|NUMBER" in said(respond("mute", ADMIN))


def test_prose_that_names_a_plugin_is_answered_with_how_to_ask(respond: Respond) -> None:
    words = said(respond("is Solved, broken? what of solved", STRANGER))
    assert "“is” is neither a command nor a plugin" in words
    assert words.count("/plugin status solved") == 1
    assert "Did you mean" not in said(respond("is this broken?", STRANGER))


def test_many_presses_at_once_are_one(world: World, respond: Respond) -> None:
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: respond("claim 1", ADMIN).title, range(8)))
    assert sorted("yours now" in answer for answer in answers) == [False] * 7 + [True]
    replies = [
        row for row in world.announced() if row.action == Posting.REPLY and "Claimed" in row.message
    ]
    assert len(replies) == 1


def test_issues_are_offered_only_where_they_are_filed(world: World, respond: Respond) -> None:
    assert respond("report solved", STRANGER).title == "Issues cannot be filed from here"
    assert '"file 1"' not in world.announced()[0].message
    with world.database.write() as session:
        open_channels(session, [GITHUB], "")
    respond("ack 1", ADMIN)
    assert '"file 1"' in world.announced()[0].message
    assert respond("report solved", STRANGER).form is not None
