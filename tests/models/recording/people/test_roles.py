"""Roles given and taken, and the admins by setting."""

from datetime import datetime

import pytest

from models.database.engine import Database
from models.people.persons import appoint
from models.rules.authority import Holder, HolderKind, Role
from models.rules.care import Deed
from tests.models.messages.samples import said
from tests.staff import ADMIN, GUARDIAN, STRANGER, Staffed, staffed
from tests.world import make_world


@pytest.fixture
def people(database: Database, now: datetime) -> Staffed:
    return staffed(make_world(database, now, "solved"))


def test_a_role_is_given_once_and_taken_once(people: Staffed) -> None:
    assert (
        people.change_role(ADMIN, Role.GUARDIAN, STRANGER).title
        == "The user U-none is a guardian from now on"
    )
    assert (
        people.change_role(ADMIN, Role.GUARDIAN, STRANGER).title
        == "The user U-none is a guardian already"
    )
    taken = people.change_role(ADMIN, Role.GUARDIAN, STRANGER, grants=False)
    assert taken.title == "The user U-none is no longer a guardian"
    gone = people.change_role(ADMIN, Role.GUARDIAN, STRANGER, grants=False)
    assert gone.title == "The user U-none is not a guardian"
    assert [entry.outcome for entry in people.audited()[-4:]] == [
        "done",
        "already",
        "done",
        "already",
    ]
    assert people.audited()[-1].words == "role revoke guardian, user U-none"


def test_a_maintainer_is_one_of_a_plugin(people: Staffed) -> None:
    given = people.change_role(ADMIN, Role.MAINTAINER, "S-devs", "Solved")
    assert given.title == "Everyone in the group S-devs is a maintainer of solved from now on"
    assert (
        "No plugin is called" in people.change_role(ADMIN, Role.MAINTAINER, STRANGER, "solvd").title
    )


def test_the_last_admin_stays_until_there_is_another(people: Staffed) -> None:
    with people.world.database.write() as session:
        appoint(session, [], people.world.now)
    assert people.change_role(ADMIN, Role.GUARDIAN, STRANGER).title == "You may not do that here"
    with people.world.database.write() as session:
        appoint(session, [Holder("slack", "T1", HolderKind.USER, ADMIN.user)], people.world.now)
    by_setting = people.change_role(ADMIN, Role.ADMIN, ADMIN, grants=False)
    assert by_setting.title == "The user U-admin stays an admin"
    assert "ADMINS" in said(by_setting)
    people.change_role(ADMIN, Role.ADMIN, GUARDIAN)
    with people.world.database.write() as session:
        appoint(session, [], people.world.now)
    last = people.change_role(GUARDIAN, Role.ADMIN, GUARDIAN, grants=False)
    assert last.title == "The user U-guard stays an admin"
    assert "Make somebody else an admin first" in said(last)
    people.change_role(GUARDIAN, Role.ADMIN, STRANGER)
    assert "no longer" in people.change_role(GUARDIAN, Role.ADMIN, GUARDIAN, grants=False).title


def test_appointing_again_changes_nothing_else(people: Staffed) -> None:
    elsewhere = Holder("discord", "1", HolderKind.USER, "2")
    for admins in ([elsewhere], [elsewhere]):
        with people.world.database.write() as session:
            appoint(session, admins, people.world.now)
    assert people.change_role(ADMIN, Role.ADMIN, STRANGER).title == "You may not do that here"
    assert "no incident 1" in people.act(GUARDIAN, Deed.CLAIM, "1").title, (
        "a role given by command stays"
    )
