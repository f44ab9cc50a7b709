"""Incidents: opened, changed, flapping, resolved; and what is announced of each."""

import json
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from models import outbox
from models.database.engine import Database
from models.rules.incidents import QUIET_TIME
from models.rules.status import Verdict
from models.tables import Announcement, Destination, Posting, StoryEntry, Subscription
from tests.world import BAD, GOOD, World, make_world, saw


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    return make_world(database, now, "solved", "voting")


def told(announcement: Announcement) -> tuple[str, str, bool]:
    return announcement.action, json.loads(announcement.message)["title"], announcement.broadcast


def send_all(world: World) -> None:
    """Claim and mark as the announcer does, until nothing waits."""
    with world.database.write() as session:
        while claims := outbox.claim(session, ["local"], world.now):
            outbox.mark_sent(
                session, [(claimed, f"message-{claimed.id}") for claimed in claims], world.now
            )


def test_the_first_report_ever_may_open_an_incident(world: World) -> None:
    world.report(saw("solved", "p1", BAD))
    (incident,) = world.incidents()
    assert (incident.suspect, incident.good_plugin_sha, incident.times) == ("unknown", None, 1)
    card, thread = world.announced()
    assert (card.action, thread.action) == (Posting.POST, Posting.REPLY)
    assert "solved" in told(card)[1]
    assert "plugin.rb" in thread.message


@pytest.mark.parametrize(
    ("plugin_sha", "host_sha", "suspect"),
    [("p1", "h2", "host"), ("p2", "h1", "plugin"), ("p2", "h2", "both"), ("p1", "h1", "nobody")],
)
def test_what_moved_since_the_last_good_report_is_suspected(
    world: World, plugin_sha: str, host_sha: str, suspect: str
) -> None:
    world.report(saw("solved", "p1", GOOD), host="h1")
    world.report(saw("solved", plugin_sha, BAD), host=host_sha)
    (incident,) = world.incidents()
    assert (incident.suspect, incident.good_plugin_sha, incident.good_host_sha) == (
        suspect,
        "p1",
        "h1",
    )


def test_the_next_good_report_at_a_newer_commit_resolves_it(world: World) -> None:
    world.report(saw("solved", "p1", BAD))
    send_all(world)
    world.report(saw("solved", "p1", GOOD))
    assert world.incidents()[0].resolved_at is None
    world.report(saw("solved", "p2", GOOD))
    assert world.incidents()[0].resolved_at == world.now
    edit, reply = world.announced()[2:]
    assert told(edit)[0] == Posting.EDIT
    assert told(reply)[0::2] == (Posting.REPLY, True)
    assert "Recovered" in told(reply)[1]


def test_the_same_failure_at_a_newer_commit_edits_the_card_quietly(world: World) -> None:
    world.report(saw("solved", "p1", BAD))
    send_all(world)
    world.report(saw("solved", "p2", BAD))
    assert [row.action for row in world.announced()[2:]] == [Posting.EDIT]
    assert world.incidents()[0].last_plugin_sha == "p2"
    assert world.incidents()[0].bad_plugin_sha == "p1"


def test_another_failure_is_told_in_the_thread(world: World) -> None:
    world.report(saw("solved", "p1", BAD))
    send_all(world)
    world.report(saw("solved", "p2", BAD, "LoadError: cannot load such file -- stripe"))
    edit, reply = world.announced()[2:]
    assert (edit.action, reply.action, reply.broadcast) == (Posting.EDIT, Posting.REPLY, False)
    assert "stripe" in edit.message
    assert len(world.incidents()) == 1


def test_what_breaks_again_within_its_quiet_time_is_the_same_incident(world: World) -> None:
    world.report(saw("solved", "p1", BAD))
    world.report(saw("solved", "p2", GOOD))
    send_all(world)
    world.report(saw("solved", "p3", BAD))
    (incident,) = world.incidents()
    assert (incident.times, incident.resolved_at, incident.suspect) == (2, None, "plugin")
    edit, reply = world.announced()[3:]
    assert (edit.action, reply.action, reply.broadcast) == (Posting.EDIT, Posting.REPLY, True)


def test_what_breaks_again_after_its_quiet_time_is_a_new_incident(world: World) -> None:
    world.report(saw("solved", "p1", BAD))
    world.report(saw("solved", "p2", GOOD))
    world.now += QUIET_TIME
    world.report(saw("solved", "p3", BAD))
    assert [incident.times for incident in world.incidents()] == [1, 1]


def test_what_breaks_again_by_another_error_is_a_new_incident_with_a_card_of_its_own(
    world: World,
) -> None:
    world.report(saw("solved", "p1", BAD))
    world.report(saw("solved", "p2", GOOD))
    world.report(saw("solved", "p3", BAD, "another error"))
    assert [incident.times for incident in world.incidents()] == [1, 1]
    posts = [row.conversation for row in world.announced() if row.action == Posting.POST]
    assert posts == ["incident:1", "incident:2"]
    # Back in its first words while that is open, it goes on in the same one.
    world.report(saw("solved", "p4", BAD))
    assert [incident.times for incident in world.incidents()] == [1, 1]
    world.report(saw("solved", "p5", GOOD))
    world.report(saw("solved", "p6", BAD))
    assert [incident.times for incident in world.incidents()] == [1, 2]


def test_an_edit_of_a_card_that_was_not_sent_yet_replaces_it(world: World) -> None:
    world.report(saw("solved", "p1", BAD))
    world.report(saw("solved", "p2", BAD))
    world.report(saw("solved", "p3", GOOD))
    card, thread, recovery = world.announced()
    assert [row.action for row in (card, thread, recovery)] == [
        Posting.POST,
        Posting.REPLY,
        Posting.REPLY,
    ]
    assert json.loads(card.message)["tone"] == "healthy"


def test_every_step_is_in_the_story(world: World) -> None:
    world.report(saw("solved", "p1", BAD))
    world.report(saw("solved", "p2", BAD, "another error"))
    world.report(saw("solved", "p3", GOOD))
    world.report(saw("solved", "p4", BAD, "another error"))
    with world.database.read() as session:
        kinds = [entry.kind for entry in session.exec(select(StoryEntry).order_by(StoryEntry.id))]
    assert kinds == ["opened", "changed", "resolved", "reopened"]


def test_only_those_who_follow_a_plugin_hear_of_it(world: World) -> None:
    with world.database.write() as session:
        session.add(Destination(platform="local", address="solved-fans", name="fans"))
        session.flush()
        fans = session.exec(
            select(Destination.id).where(Destination.address == "solved-fans")
        ).one()
        session.add(Subscription(destination_id=fans or 0, plugin_id=1))
    world.report(saw("solved", "p1", BAD), saw("voting", "v1", BAD, "something else"))
    heard = {(row.destination_id, row.conversation) for row in world.announced()}
    guardians = {destination for destination, _ in heard} - {fans}
    assert heard == {(fans, "incident:1")} | {
        (g, f"incident:{n}") for g in guardians for n in (1, 2)
    }


def test_an_incident_that_turned_only_unknown_is_not_fixed(world: World) -> None:
    world.report(saw("solved", "p1", BAD))
    world.now += timedelta(days=5)
    world.report(saw("solved", "p2", Verdict.UNKNOWN))
    assert world.incidents()[0].resolved_at is None
