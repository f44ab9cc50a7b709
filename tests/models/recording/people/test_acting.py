"""What people do about incidents: once, in time, by those who may; on the card, in the thread, in the audit log."""

import json
from datetime import datetime, timedelta

import pytest

from models import queries
from models.database.engine import Database
from models.rules.authority import Role
from models.rules.care import UNTOUCHED, Deed
from models.rules.people import Actor
from models.rules.privacy import EVERYTHING
from models.tables import Posting
from tests.models.messages.samples import said
from tests.staff import (
    ADMIN,
    GROUPED,
    GUARDIAN,
    IMPOSTOR,
    MAINTAINER,
    STRANGER,
    Staffed,
    staffed,
)
from tests.world import BAD, GOOD, make_world, saw


@pytest.fixture
def people(database: Database, now: datetime) -> Staffed:
    """Solved is broken on tests-passed."""
    people = staffed(make_world(database, now, "solved", "voting"))
    people.world.report(saw("solved", "p1", BAD))
    return people


def buttons(people: Staffed) -> list[str]:
    """The commands on the newest card."""
    cards = [row for row in people.world.announced() if row.action != Posting.REPLY]
    blocks = json.loads(cards[-1].message)["blocks"]
    return [
        command for block in blocks if block["kind"] == "buttons" for _, command in block["buttons"]
    ]


def replies(people: Staffed) -> list[str]:
    return [
        json.loads(row.message)["title"]
        for row in people.world.announced()
        if row.action == Posting.REPLY
    ]


def test_an_acknowledgement_is_on_the_card_and_in_the_thread(people: Staffed) -> None:
    answer = people.act(GUARDIAN, Deed.ACKNOWLEDGE, "1")
    assert answer.title == "Incident 1, solved on tests-passed: acknowledged"
    assert people.incident().acknowledged_by == "Gil"
    card = people.world.announced()[0].message
    assert "Acknowledged by Gil, 2026-03-14 15:" in card
    assert replies(people)[-1] == "Acknowledged: solved (main) on tests-passed"
    assert people.story()[-1] == ("acknowledged", "Acknowledged by Gil.")
    assert buttons(people) == ["claim 1", "mute 1 4h", "log solved"]


def test_a_second_press_changes_and_announces_nothing(people: Staffed) -> None:
    people.act(GUARDIAN, Deed.ACKNOWLEDGE, "1")
    before = [(row.id, row.message) for row in people.world.announced()]
    assert "you have acknowledged it already" in people.act(GUARDIAN, Deed.ACKNOWLEDGE, "1").title
    assert "Gil has acknowledged it already" in people.act(ADMIN, Deed.ACKNOWLEDGE, "#1").title
    assert [(row.id, row.message) for row in people.world.announced()] == before
    assert [entry.outcome for entry in people.audited()[-3:]] == ["done", "already", "already"]


def test_recovery_and_recurrence_clear_an_acknowledgement_and_keep_the_owner(
    people: Staffed,
) -> None:
    people.act(GUARDIAN, Deed.ACKNOWLEDGE, "1")
    people.act(GUARDIAN, Deed.CLAIM, "1")
    people.world.report(saw("solved", "p2", GOOD))
    fixed = people.incident()
    assert (fixed.acknowledged_at, fixed.acknowledger_id, fixed.acknowledged_by) == (
        None,
        None,
        None,
    )
    assert buttons(people) == ["log solved"]
    people.world.report(saw("solved", "p3", BAD))
    again = people.incident()
    assert (again.times, again.acknowledged_at, again.owner) == (2, None, "Gil")
    assert buttons(people) == ["ack 1", "release 1", "mute 1 4h", "log solved"]


def test_an_incident_has_one_owner(people: Staffed) -> None:
    assert people.act(GUARDIAN, Deed.CLAIM, "1").title.endswith("claimed, it is yours now")
    assert people.act(GUARDIAN, Deed.CLAIM, "1").title.endswith("it is yours already")
    taken = people.act(MAINTAINER, Deed.CLAIM, "1")
    assert (
        "Gil owns it. Only the owner, or an admin, can release it: /plugin release 1" in taken.title
    )
    assert "Gil owns it" in people.act(MAINTAINER, Deed.RELEASE, "1").title
    assert people.incident().owner == "Gil"
    assert people.act(ADMIN, Deed.RELEASE, "1").title.endswith("released")
    assert people.act(GUARDIAN, Deed.RELEASE, "1").title.endswith("nobody owns it")
    assert people.act(MAINTAINER, Deed.CLAIM, "1").title.endswith("claimed, it is yours now")


def test_what_was_fixed_meanwhile_is_told_since_when(people: Staffed) -> None:
    people.world.report(saw("solved", "p2", GOOD))
    told = people.act(GUARDIAN, Deed.CLAIM, "1").title
    assert "it was fixed at 2026-03-14 15:" in told
    assert told.endswith("(1 min ago), so that it cannot be claimed any more")
    by_name = people.act(GUARDIAN, Deed.CLAIM, "solved")
    assert by_name.title == "solved has no open incident"
    assert "incident 1, was fixed at 2026-03-14 15:" in said(by_name)
    assert [entry.outcome for entry in people.audited()[-2:]] == ["stale", "stale"]


def test_a_name_means_all_open_incidents_and_a_branch_narrows_them(people: Staffed) -> None:
    people.world.report(saw("solved", "p1", BAD), branch="stable")
    people.world.report(saw("voting", "p1", BAD), branch="stable")
    assert "Incident 2" in people.act(GUARDIAN, Deed.CLAIM, "Solved", "Stable").title
    both = people.act(GUARDIAN, Deed.CLAIM, "solved")
    assert both.title == "solved: 1 incident claimed"
    assert "Incident 1, solved on tests-passed: claimed" in said(both)
    assert "Incident 2, solved on stable: it is yours already" in said(both)
    assert [incident.owner for incident in people.world.incidents()] == ["Gil", "Gil", None]
    assert "no open incident on beta" in people.act(GUARDIAN, Deed.CLAIM, "solved", "beta").title


@pytest.mark.parametrize(
    "subject", ["99", "#99", "999999999999", "solvd", "", "\ud800", "-1", "1.5"]
)
def test_what_is_not_there_is_answered_and_audited(people: Staffed, subject: str) -> None:
    before = len(people.audited())
    assert people.act(GUARDIAN, Deed.CLAIM, subject).title
    assert [entry.outcome for entry in people.audited()[before:]] == ["unknown"]


WHO = {
    "stranger": STRANGER,
    "same id elsewhere": IMPOSTOR,
    "maintainer": MAINTAINER,
    "in a group": GROUPED,
    "guardian": GUARDIAN,
    "admin": ADMIN,
}
# Who may act on solved, who on voting, and who may give roles.
MAY = {
    "stranger": (False, False, False),
    "same id elsewhere": (False, False, False),
    "maintainer": (True, False, False),
    "in a group": (True, True, False),
    "guardian": (True, True, False),
    "admin": (True, True, True),
}
CELLS = [
    (name, what, may)
    for name, cells in MAY.items()
    for what, may in zip(("solved", "voting", "role"), cells, strict=True)
]


@pytest.mark.parametrize(
    ("name", "what", "may"),
    CELLS,
    ids=[f"{name}: {what} {'yes' if may else 'no'}" for name, what, may in CELLS],
)
def test_who_may_do_what(people: Staffed, name: str, what: str, may: bool) -> None:
    people.world.report(saw("voting", "p1", BAD))
    if what == "role":
        answer = people.change_role(WHO[name], Role.GUARDIAN, STRANGER)
        assert (people.audited()[-1].outcome, answer.title.startswith("You may not")) == (
            ("done", False) if may else ("denied", True)
        )
        return
    for deed in (Deed.ACKNOWLEDGE, Deed.CLAIM, Deed.RELEASE, Deed.MUTE, Deed.UNMUTE):
        before = len(people.world.announced())
        answer = people.act(WHO[name], deed, what, length=timedelta(hours=1))
        assert people.audited()[-1].outcome == ("done" if may else "denied")
        if not may:
            assert "maintainers of" in said(answer)
            assert len(people.world.announced()) == before


def test_authority_is_looked_up_at_each_action(people: Staffed) -> None:
    people.act(GUARDIAN, Deed.CLAIM, "1")
    people.change_role(ADMIN, Role.GUARDIAN, GUARDIAN, grants=False)
    assert people.act(GUARDIAN, Deed.RELEASE, "1").title == "You may not do that here"
    left_the_group = Actor(GROUPED.platform, GROUPED.workspace, GROUPED.user, GROUPED.name)
    assert people.act(left_the_group, Deed.MUTE, "1").title == "You may not do that here"
    renamed = Actor("slack", "T1", GUARDIAN.user, "Ada")
    assert people.act(renamed, Deed.CLAIM, "1").title == "You may not do that here"


def test_public_pages_tell_neither_who_acted_nor_that_somebody_did(people: Staffed) -> None:
    people.act(GUARDIAN, Deed.ACKNOWLEDGE, "1")
    people.act(GUARDIAN, Deed.CLAIM, "1")
    with people.world.database.read() as session:
        plugin = queries.find_plugin(session, "solved")
        assert plugin is not None
        (shown,) = queries.incidents_of(session, plugin, 9)
        (inside,) = queries.incidents_of(session, plugin, 9, allowed=EVERYTHING)
    assert shown.incident.care == UNTOUCHED
    assert [step.kind for step in shown.story] == ["opened"]
    assert inside.incident.care.owner == "Gil"
    assert [step.kind for step in inside.story] == ["opened", "acknowledged", "claimed"]


def test_the_audit_log_says_for_how_long_and_why_it_is_muted(people: Staffed) -> None:
    people.act(GUARDIAN, Deed.MUTE, "1", length=timedelta(hours=4), reason="we wait for the host")
    said_of_it = people.audited()[-1].words
    assert said_of_it.startswith("mute incident 1 until 2026-03-14 ")
    assert said_of_it.endswith(" because we wait for the host")
    people.act(GUARDIAN, Deed.UNMUTE, "1")
    assert people.audited()[-1].words == "unmute incident 1"
