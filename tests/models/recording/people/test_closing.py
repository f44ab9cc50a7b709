"""Guardians close incidents that can never end by themselves, with a reason."""

from datetime import datetime, timedelta

import pytest

from models.database.engine import Database
from models.messages.message import Message
from models.rules.audit import AuditOutcome
from models.rules.people import Actor
from models.rules.privacy import EVERYTHING
from tests.asking import ask, event, problem
from tests.staff import ADMIN, GUARDIAN, MAINTAINER, STRANGER, Staffed, answer, staffed
from tests.world import BAD, GOOD, World, make_world, saw

REASON = "the branch is gone"


@pytest.fixture
def people(world: World) -> Staffed:
    world.report(saw("solved", "p1", GOOD))
    world.report(saw("solved", "p2", BAD))
    return staffed(world)


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    return make_world(database, now, "solved")


def close(people: Staffed, actor: Actor, number: int = 1, reason: str = REASON) -> Message:
    wish = type(event("close 1 because x"))
    (outcome,) = people.world.record(wish(actor, number, reason, EVERYTHING))
    return answer(outcome)


@pytest.mark.parametrize("actor", [GUARDIAN, ADMIN])
def test_who_may_closes_it_and_it_is_no_fix(people: Staffed, actor: Actor) -> None:
    assert close(people, actor).title == f"Incident 1 is closed: {REASON}"
    incident = people.incident()
    assert incident.resolved_at == people.world.now
    assert incident.closed == REASON
    assert people.story()[-1] == ("resolved", f"Closed: {REASON}.")
    said = str(ask(people.world.database, "log solved", people.world.now))
    assert "Incident 1, closed" in said
    assert "works again" not in said
    status = str(ask(people.world.database, "status solved", people.world.now))
    assert "unknown" in status
    assert people.audited()[-1].words == f"close 1: {REASON}"


@pytest.mark.parametrize("actor", [MAINTAINER, STRANGER])
def test_others_may_not(people: Staffed, actor: Actor) -> None:
    assert close(people, actor).title == "You may not do that here"
    assert people.incident().resolved_at is None
    assert people.audited()[-1].outcome == AuditOutcome.DENIED


def test_what_is_reported_once_more_opens_it_again(people: Staffed) -> None:
    close(people, GUARDIAN)
    people.world.report(saw("solved", "p2", BAD))
    incident = people.incident()
    assert (incident.resolved_at, incident.closed, incident.times) == (None, None, 2)


def test_it_is_closed_once(people: Staffed) -> None:
    close(people, GUARDIAN)
    people.world.now += timedelta(hours=1)
    assert close(people, ADMIN).title.startswith("Incident 1 ended at ")
    assert close(people, ADMIN, 7).title == "There is no incident 7"
    assert [entry.outcome for entry in people.audited()[-2:]] == ["stale", "unknown"]


def test_a_reason_and_a_number_are_needed() -> None:
    assert "needs a reason" in problem("close 12")
    assert "needs a reason" in problem("close 12 because")
    assert problem("close") == "close needs the number of an incident"
    for other in ("solved", "1" * 10, "-1"):
        assert "needs the number of one incident" in problem(f"close {other} because x")
