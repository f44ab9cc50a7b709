"""What people without a role try all the time is neither done nor noted."""

from datetime import timedelta
from typing import Any

import pytest

from models.database.engine import Database
from models.events import Act
from models.events.admission import Admission
from models.events.closing import IncidentClosing
from models.people.persons import MOST_TRIES
from models.rules.care import Deed
from models.rules.privacy import EVERYTHING
from tests.staff import GUARDIAN, STRANGER, Staffed, answer, staffed
from tests.world import make_world


@pytest.fixture
def people(database: Database, now: Any) -> Staffed:
    return staffed(make_world(database, now, "solved"))


def tries(people: Staffed, actor: Any, times: int) -> list[str]:
    acts = [Act(actor, Deed.ACKNOWLEDGE, "solved", "") for _ in range(times)]
    return [answer(outcome).title for outcome in people.world.record(*acts)]


def noted(people: Staffed, before: int = 0) -> int:
    return len(people.audited()) - before


def test_after_many_tries_a_stranger_waits(people: Staffed) -> None:
    before = noted(people)
    titles = tries(people, STRANGER, MOST_TRIES + 30)
    assert titles[MOST_TRIES:] == ["That is enough for now"] * 30
    assert titles[MOST_TRIES - 1] != "That is enough for now"
    assert noted(people, before) == MOST_TRIES
    people.world.now += timedelta(hours=1)
    assert tries(people, STRANGER, 1) == titles[:1]


def test_who_admits_workspaces_without_a_role_waits_too(people: Staffed) -> None:
    before = noted(people)
    people.world.record(*[Admission(STRANGER, "slack", "T9", admits=True)] * (MOST_TRIES + 5))
    assert noted(people, before) == MOST_TRIES


def test_who_has_a_role_is_never_kept_waiting(people: Staffed) -> None:
    before = noted(people)
    assert "That is enough for now" not in tries(people, GUARDIAN, MOST_TRIES + 5)
    assert noted(people, before) == MOST_TRIES + 5


def test_a_secret_that_somebody_typed_is_not_kept(people: Staffed) -> None:
    token = "ghp_" + "a1B2" * 9
    people.world.record(
        Act(STRANGER, Deed.ACKNOWLEDGE, token, ""),
        IncidentClosing(STRANGER, 12, f"password=hunter2 and {token}", EVERYTHING),
    )
    noted = " ".join(each.words for each in people.audited())
    assert "close 12" in noted
    assert token not in noted
    assert "hunter2" not in noted
