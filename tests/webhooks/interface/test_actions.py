"""The dictionary over HTTP: the same questions and acts as in chat, by the same roles, in the same words."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlmodel import col, select

from models.actions.action import ActionKind
from models.actions.asking import Asker
from models.actions.schemas import path_name
from models.database.engine import Database
from models.operating import keys
from models.rules.authority import API, Role
from models.rules.kinds import KeyKind
from models.rules.wanted import MOST
from models.tables import AuditEntry, Plugin, Repository, RoleGrant
from tests.asking import DICTIONARY, responder
from tests.webhooks.conftest import ON_ONE, Door
from tests.world import BAD, World, saw
from webhooks.interface.actions import MAX_BODY, PER_MINUTE, STRANGERS_PER_MINUTE

SECRET = "a secret of ours"


def make_incident(world: World) -> None:
    world.report(saw("solved", "p1", BAD), host="9f" * 20)


def grant(
    database: Database, platform: str, workspace: str, user: str, role: Role, now: datetime
) -> None:
    plugin = 1 if role is Role.MAINTAINER else None
    row = RoleGrant(
        platform=platform, workspace=workspace, kind="user", holder=user, role=role, granted_at=now
    )
    row.plugin_id = plugin
    with database.write() as session:
        session.add(row)


def make_private(database: Database, handle: str) -> None:
    """Let a plugin's repository be private, and the plugin tell something of itself."""
    with database.write() as session:
        session.add(Repository(github_id=7, full_name="example/voting", private=True, version="1"))
        plugin = session.exec(select(Plugin).where(Plugin.handle == handle)).one()
        plugin.repository_id, plugin.about = 7, SECRET


def ask(door: Door, name: str, given: dict[str, Any], key: str = "") -> httpx.Response:
    action = DICTIONARY.get(name)
    assert action
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    path = f"/actions/core/{path_name(action)}"
    if action.kind is ActionKind.QUESTION:
        return door.http.get(path, params=given, headers=headers)
    return door.http.post(path, json=given, headers=headers)


@pytest.fixture
def now() -> datetime:
    """The server looks at the clock, so what it is asked about is of today."""
    return datetime.now(UTC)


def test_the_dictionary_is_listed(door: Door) -> None:
    listed = door.http.get("/actions").json()["actions"]
    assert [one["name"] for one in listed] == [action.name for action in DICTIONARY]
    (mute,) = (one for one in listed if one["name"] == "mute")
    assert (mute["kind"], mute["owner"], mute["power"], mute["path"]) == (
        "act",
        "core",
        "act",
        "/actions/core/mute",
    )
    assert mute["takes"]["required"] == ["incident"]
    assert mute["takes"]["additionalProperties"] is False


def test_without_a_key_it_tells_what_the_public_pages_tell(door: Door) -> None:
    make_incident(door.world)
    make_private(door.world.database, "voting")
    answer = ask(door, "status", {"plugin": "solved"})
    assert (answer.status_code, answer.json()["title"]) == (
        200,
        "solved does not load on tests-passed",
    )
    assert SECRET not in ask(door, "info", {"plugin": "voting"}).text
    assert (
        ask(door, "info", {"plugin": "example/voting"})
        .json()["title"]
        .startswith("No plugin is called")
    )
    assert "admitted" in ask(door, "silent", {}).json()["title"]
    assert ask(door, "ack", {"incident": 1}).status_code == 401
    assert ask(door, "status", {"plugin": "solved"}, "pw_robot_wrong").status_code == 401


def test_a_robot_acts_by_its_role_and_is_audited(door: Door, now: datetime) -> None:
    make_incident(door.world)
    key = door.make_key(KeyKind.ROBOT, "release-bot")
    assert ask(door, "ack", {"incident": 1}, key).json()["title"] == "You may not do that here"
    grant(door.world.database, API, API, "release-bot", Role.GUARDIAN, now)
    said = ask(door, "ack", {"incident": 1}, key).json()
    assert said["title"] == "Incident 1, solved on tests-passed: acknowledged"
    with door.world.database.read() as session:
        outcomes = [
            entry.outcome for entry in session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))
        ]
    assert outcomes == ["denied", "done"]


def test_an_admin_gives_a_robot_its_role(door: Door, now: datetime) -> None:
    make_incident(door.world)
    key = door.make_key(KeyKind.ROBOT, "release-bot")
    grant(door.world.database, "slack", "T1", "U1", Role.ADMIN, now)
    admin = Asker("slack", "T1", "U1", "Ada", "C1")
    given = responder(door.world.database)("role grant guardian api:release-bot", admin)
    assert "release-bot" in given.title
    assert "acknowledged" in ask(door, "ack", {"incident": 1}, key).json()["title"]


def test_a_revoked_robot_is_refused_at_once(door: Door, now: datetime) -> None:
    key = door.make_key(KeyKind.ROBOT, "release-bot")
    assert ask(door, "mine", {}, key).status_code == 200
    with door.world.database.write() as session:
        keys.revoke(session, key[-4:], now)
    assert ask(door, "mine", {}, key).status_code == 401


def test_what_is_about_a_place_is_not_for_robots(door: Door) -> None:
    key = door.make_key(KeyKind.ROBOT, "release-bot")
    for name, given in (
        ("follow", {"plugins": "all"}),
        ("following", {}),
        ("digest", {}),
        ("channel", {}),
    ):
        assert "A robot has no channel" in ask(door, name, given, key).json()["title"]


def test_a_bug_is_reported_with_its_form(door: Door) -> None:
    key = door.make_key(KeyKind.ROBOT, "release-bot")
    assert "title" in ask(door, "report", {"plugin": "solved"}, key).json()
    filled = {
        "plugin": "solved",
        "form": {"happened": "It broke", "expected": "Not that", "steps": "Open it"},
    }
    assert ask(door, "report", filled, key).status_code == 200
    assert ask(door, "report", {"plugin": "solved", "form": ["a"]}, key).status_code == 400


ASKED_WRONG = [
    ("/actions/core/status", 400, "status needs the name of a plugin"),
    ("/actions/core/status?plugin=solved&plugin=voting", 400, "plugin stands twice"),
    (
        "/actions/core/status?plugn=solved",
        400,
        "status takes no plugn; it takes plugin, branch",
    ),
    ("/actions/core/issues?plugin=solved&state=ajar", 400, "state must be one of open, closed"),
    ("/actions/core/ack?incident=1", 405, "ack is an act: do it by POST"),
    ("/actions/core/nothing", 404, "there is no such action"),
    ("/actions/acme/status?plugin=solved", 404, "there is no such action"),
]


def test_what_is_not_asked_right_is_told_with_what_would_be(
    door: Door, subtests: pytest.Subtests
) -> None:
    for path, status, words in ASKED_WRONG:
        with subtests.test(path):
            answer = door.http.get(path)
            assert answer.status_code == status
            assert words in answer.json()["title"]


def test_bodies_are_bounded_and_strict(door: Door) -> None:
    key = door.make_key(KeyKind.ROBOT, "release-bot")
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    for body, status in (
        (b"[1]", 400),
        (b'{"incident": 1, "incident": 2}', 400),
        (b" " * (MAX_BODY + 1), 413),
    ):
        assert (
            door.http.post("/actions/core/ack", content=body, headers=headers).status_code == status
        )
    assert door.http.post("/actions/core/ack", content=b"{}", headers=headers).status_code == 400
    assert door.http.post("/actions/core/status", json={}, headers=headers).status_code == 405


def test_requests_are_limited_by_address_and_by_key(door: Door) -> None:
    key = door.make_key(KeyKind.ROBOT, "release-bot")
    statuses = {ask(door, "help", {}).status_code for _ in range(PER_MINUTE + 20)}
    assert statuses == {200, 429}
    assert ask(door, "help", {}, key).status_code == 200


@ON_ONE
def test_strangers_are_limited_together_whatever_networks_they_have(door: Door) -> None:
    key = door.make_key(KeyKind.ROBOT, "release-bot")
    statuses = Counter(
        door.http.get(
            "/actions/core/none", headers={"X-Forwarded-For": f"198.51.{n // 250}.{n % 250}"}
        ).status_code
        for n in range(STRANGERS_PER_MINUTE + 20)
    )
    assert statuses[404] >= STRANGERS_PER_MINUTE
    assert statuses[429] >= 1
    assert ask(door, "help", {}, key).status_code == 200


def test_as_many_plugins_can_be_asked_about_as_a_set_has_and_more_are_refused_with_the_reason(
    door: Door,
) -> None:
    make_incident(door.world)
    told = {}
    for plugins in (200, MOST, MOST + 1, 2_000):
        named = "&plugins=solved" * plugins
        answer = door.http.get(f"/actions/core/check?branch=stable{named}")
        told[plugins] = (
            answer.status_code,
            "are too many" in answer.text or "more than" in answer.text,
        )
    assert told == {
        200: (200, False),
        MOST: (200, False),
        MOST + 1: (400, True),
        2_000: (400, True),
    }
