"""Guardians take plugins off the master list: incidents end, followers hear it, history stays, nothing is recorded."""

from datetime import datetime

import pytest
import sqlalchemy

from models.database.engine import Database
from models.events import Outcome
from models.events.master_list import PluginRemoval
from models.metadata.listing import ListingEntry
from models.queries.lines import status_lines
from models.queries.plugins import find_plugin, handles, plugin_lines
from models.queries.worst import worst_plugins
from models.recording.github.master_list import import_listing
from models.rules.audit import AuditOutcome
from models.rules.conversations import About
from models.rules.people import Actor
from models.rules.privacy import EVERYTHING
from models.tables import Destination, Subscription
from tests.asking import ask, event, problem
from tests.staff import ADMIN, GUARDIAN, MAINTAINER, STRANGER, Staffed, staffed
from tests.watch import Watch
from tests.world import BAD, GOOD, World, make_world, saw

REASON = "Discourse does it now"


@pytest.fixture
def people(database: Database, now: datetime) -> Staffed:
    world = make_world(database, now, "solved", "voting")
    world.report(saw("solved", "p1", GOOD), saw("voting", "p1", GOOD))
    world.report(saw("solved", "p2", BAD))
    return staffed(world)


def remove(people: Staffed, actor: Actor = GUARDIAN, name: str = "solved") -> Outcome:
    (outcome,) = people.world.record(PluginRemoval(actor, name, REASON, allowed=EVERYTHING))
    return outcome


def listed(world: World) -> list[str]:
    with world.database.read() as session:
        return handles(session)


def test_it_is_gone_from_lists_and_its_history_stays(people: Staffed) -> None:
    world = people.world
    watch = Watch(world)
    watch.told()
    outcome = remove(people)
    assert outcome.number == 1
    assert "1 open incident ended" in str(outcome.answer)
    incident = people.incident()
    assert incident.resolved_at == world.now
    assert incident.closed == f"the plugin was removed from the master list, because {REASON}"
    assert "solved was removed from the master list" in [said.title for *_, said in watch.told()]
    with world.database.read() as session:
        assert handles(session) == ["voting"]
        assert [line.plugin.handle for line in plugin_lines(session, world.now)] == ["voting"]
        for wanted in ("", "s", "unknown"):
            found = worst_plugins(session, world.now, wanted, 9)
            assert "solved" not in [line.plugin.handle for line in found.lines]
        lines, total = status_lines(session, None, 0, world.now)
        assert {line.handle for line in lines} == {"voting"}
        assert total == 1
        assert find_plugin(session, "solved")
    assert "Discourse does it now" in str(ask(world.database, "history solved", world.now)) or (
        "closed" in str(ask(world.database, "log solved", world.now))
    )
    assert "removed from the master list" in str(ask(world.database, "info solved", world.now))
    assert people.audited()[-1].words == f"remove solved: {REASON}"


def test_nothing_more_is_recorded_until_it_is_imported_again(people: Staffed) -> None:
    world = people.world
    remove(people)
    outcome = world.report(saw("solved", "p3", BAD), saw("voting", "p2", GOOD))
    assert [error.name for error in outcome.errors] == ["solved"]
    assert len(world.incidents()) == 1
    assert "before" in str(remove(people).answer)
    with world.database.write() as session:
        result = import_listing(session, [ListingEntry("example/solved")], world.now)
    assert result.updated == ["solved"]
    assert listed(world) == ["solved", "voting"]
    assert not world.report(saw("solved", "p3", GOOD)).errors


@pytest.mark.parametrize("actor", [MAINTAINER, STRANGER])
def test_others_may_not(people: Staffed, actor: Actor) -> None:
    assert remove(people, actor).number == 0
    assert people.audited()[-1].outcome == AuditOutcome.DENIED
    assert listed(people.world) == ["solved", "voting"]


def test_what_is_not_there_is_not_removed(people: Staffed) -> None:
    assert "solved" in str(remove(people, ADMIN, "solvd").answer)
    assert people.audited()[-1].outcome == AuditOutcome.UNKNOWN


def test_many_who_follow_it_are_told_with_few_questions(people: Staffed) -> None:
    asked: list[str] = []
    with people.world.database.write() as session:
        places = [Destination(platform="test", address=f"C{n}", name=f"#{n}") for n in range(12)]
        session.add_all(places)
        session.flush()
        session.add_all(Subscription(destination_id=place.id or 0) for place in places)

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.extend([statement] if "repository.private" in statement else [])

    sqlalchemy.event.listen(sqlalchemy.Engine, "before_cursor_execute", note)
    try:
        remove(people, name="voting")
    finally:
        sqlalchemy.event.remove(sqlalchemy.Engine, "before_cursor_execute", note)
    assert 1 <= len(asked) <= 5
    sent = [row for row in people.world.announced() if row.conversation.startswith(About.REMOVED)]
    assert len(sent) == 13


def test_a_reason_is_needed() -> None:
    assert "needs a reason" in problem("remove solved")
    made = event("remove solved because  it is\tgone ")
    assert isinstance(made, PluginRemoval)
    assert made.reason == "it is gone"
