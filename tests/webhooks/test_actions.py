"""The dictionary over HTTP: the same questions and acts as in chat, by the same roles, in the same words."""

import os
import random
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import col, select

from models.actions.action import ActionKind
from models.actions.asking import Asker
from models.actions.responding import Responder
from models.actions.schemas import path_name
from models.database.engine import Database
from models.operating import keys
from models.rules.authority import API, Role
from models.rules.kinds import KeyKind
from models.tables import AuditEntry, Plugin, Repository, RoleGrant
from tests.asking import ADDRESS, DICTIONARY, responder
from tests.webhooks.conftest import Door, serving
from tests.world import BAD, World, make_world, saw
from webhooks.actions import MAX_BODY, PER_MINUTE

# Cases of a run, of which the suite tries a few.
CASES = int(os.environ.get("PLUGINWATCH_CASES", "60"))

ROLES = (None, Role.GUARDIAN, Role.MAINTAINER, Role.ADMIN)
ASKED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("status", {"plugin": "solved"}),
    ("status", {"plugin": "solved", "branch": "stable"}),
    ("status", {"plugin": "solvd"}),
    ("list", {}),
    ("list", {"filter": "broken"}),
    ("failing", {}),
    ("log", {"plugin": "solved"}),
    ("history", {"plugin": "solved"}),
    ("issues", {"plugin": "solved", "labels": ["bug", "needs info"]}),
    ("info", {"plugin": "example/solved"}),
    ("silent", {}),
    ("help", {"command": "mute"}),
    ("mine", {}),
    ("ack", {"incident": 1}),
    ("ack", {"incident": "solved", "branch": "tests-passed"}),
    ("claim", {"incident": 1}),
    ("release", {"incident": 1}),
    ("mute", {"incident": 1, "length": "30m", "because": "we wait"}),
    ("mute", {"incident": 1, "length": "until fixed"}),
    ("mute", {"incident": 1, "length": "for ever"}),
    ("unmute", {"incident": 1}),
    ("file", {"incident": 1}),
    ("filing", {"plugin": "solved", "files": "auto"}),
    ("canary run", {"server": "nowhere"}),
    ("role", {"change": "grant", "role": "guardian", "whom": "somebody"}),
    ("role", {"change": "revoke", "role": "maintainer", "whom": "group:devs", "plugin": "solved"}),
    ("role", {"change": "grant", "role": "maintainer", "whom": "somebody"}),
)


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


@pytest.fixture
def second(tmp_path: Path, sqlite_template: Path, now: datetime) -> Iterator[World]:
    """A world beside the server's, where the same is done by chat."""
    path = tmp_path / "second.sqlite3"
    shutil.copy(sqlite_template, path)
    with closing(Database(f"sqlite:///{path}")) as database:
        yield make_world(database, now, "solved", "voting", "chat-extra")


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
    with door.world.database.write() as session:
        session.add(Repository(github_id=7, full_name="example/voting", private=True, version="1"))
        voting = session.exec(select(Plugin).where(Plugin.handle == "voting")).one()
        voting.repository_id, voting.about = 7, "a secret of ours"
    answer = ask(door, "status", {"plugin": "solved"})
    assert (answer.status_code, answer.json()["title"]) == (
        200,
        "solved does not load on tests-passed",
    )
    assert "a secret of ours" not in ask(door, "info", {"plugin": "voting"}).text
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


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
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
    ],
)
def test_what_is_not_asked_right_is_told_with_what_would_be(
    door: Door, path: str, status: int, words: str
) -> None:
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


def test_a_question_and_an_act_are_told_as_in_chat(
    database: Database, second: World, now: datetime
) -> None:
    """As many random cases as there are, one after the other in two worlds: by REST in one, by chat in the other."""
    with serving(database) as address, httpx.Client(base_url=address, timeout=20) as http:
        world = make_world(database, now, "solved", "voting", "chat-extra")
        door = Door(http, world, "")
        for each in (world, second):
            make_incident(each)
        names = {role: f"ada-{role}" for role in ROLES}
        # As many keys as keep each below the limit of requests within a minute.
        keys_ = {
            role: [door.make_key(KeyKind.ROBOT, name) for _ in range(1 + CASES // PER_MINUTE)]
            for role, name in names.items()
        }
        for role, name in names.items():
            if role:
                grant(database, API, API, name, role, now)
                grant(second.database, "slack", "T1", name, role, now)
        with second.database.write() as session:  # so that the workspace is admitted
            session.add(
                RoleGrant(
                    platform="slack",
                    workspace="T1",
                    kind="user",
                    holder="x",
                    role=Role.ADMIN,
                    granted_at=now,
                )
            )
        chat, drawn = Responder(second.database, DICTIONARY, ADDRESS), random.Random(7)
        for n in range(CASES):
            role, (name, given) = drawn.choice(ROLES), drawn.choice(ASKED)
            action = DICTIONARY.get(name)
            assert action
            typed = DICTIONARY.given(action, given)
            asker = Asker("slack", "T1", names[role], names[role], "D1", is_direct=True)
            key = keys_[role][n // PER_MINUTE]
            by_rest = ask(door, name, given, key).json()["title"]
            assert by_rest == chat.respond(typed, asker).title, (role, name, given)
        assert _audited(database) == _audited(second.database)


def _audited(database: Database) -> list[tuple[str, str, str]]:
    with database.read() as session:
        entries = session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))
        return [(entry.action, entry.outcome, entry.words) for entry in entries]
