"""The same over REST and by chat: the same answer to the same role, and the same entry in the audit log."""

import json
import os
import random
import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import col, select

from models.actions.asking import Asker
from models.actions.responding import Responder
from models.database.engine import Database
from models.rules.authority import API, Role
from models.rules.kinds import KeyKind
from models.tables import AuditEntry
from tests.asking import DICTIONARY
from tests.waiting import LONG
from tests.webhooks.conftest import SIGNER, Door, serving
from tests.webhooks.interface.test_actions import ask, grant, make_incident, make_private
from tests.who_may import NOT_ADMITTED
from tests.world import World, make_world
from webhooks.interface.actions import PER_MINUTE, message_json

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
    ("info", {"plugin": "voting"}),
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
    ("check", {"branch": "tests-passed", "plugins": ["solved", "voting 1.2"]}),
    ("check", {"branch": "tests-passed", "site": "client.example.com"}),
    ("edit", {"plugin": "solved", "what": "conflicts", "value": "voting", "versions": "<1.2"}),
    ("edit", {"plugin": "solved", "what": "status", "value": "removed"}),
    ("canary run", {"server": "nowhere"}),
    ("role", {"change": "grant", "role": "guardian", "whom": "somebody"}),
    ("role", {"change": "revoke", "role": "maintainer", "whom": "group:devs", "plugin": "solved"}),
    ("role", {"change": "grant", "role": "maintainer", "whom": "somebody"}),
)
# Where people of chat ask; a robot asks from one place only.
PLACES = (
    Asker("slack", "T1", "", "", "D1", is_direct=True),
    Asker("slack", "T1", "", "", "C1", "ops", is_private=False),
)
_TIME = re.compile(r"just now|less than a minute|\d+ min(?: ago)?|\d\d:\d\d UTC")


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


@dataclass
class TwoWorlds:
    """The same world twice: one is asked over REST, with one of a role's `keys`, the other by chat."""

    door: Door
    chat: Responder
    keys: dict[Role | None, list[str]] = field(default_factory=dict)

    def by_rest(self, role: Role | None, name: str, given: dict[str, Any], number: int) -> str:
        """The answer to the case of this number."""
        return untimed(ask(self.door, name, given, self.keys[role][number // PER_MINUTE]).json())

    def by_chat(self, role: Role | None, name: str, given: dict[str, Any], where: Asker) -> str:
        """The answer to the same person, who asks there."""
        action = DICTIONARY.get(name)
        assert action
        asker = replace(where, user=named(role), name=named(role))
        said = self.chat.respond(DICTIONARY.given(action, given), asker)
        return untimed(message_json(said))


def named(role: Role | None) -> str:
    return f"ada-{role}"


def untimed(answer: object) -> str:
    """An answer without what may be another minute in the other world."""
    return _TIME.sub("a time", json.dumps(answer, sort_keys=True))


@pytest.fixture
def two_worlds(database: Database, second: World, now: datetime) -> Iterator[TwoWorlds]:
    """Somebody of each role and somebody of none, a broken plugin, and a private one."""
    with serving(database) as address, httpx.Client(base_url=address, timeout=LONG) as http:
        door = Door(http, make_world(database, now, "solved", "voting", "chat-extra"), "")
        worlds = TwoWorlds(door, Responder(second.database, DICTIONARY, SIGNER))
        for world in (door.world, second):
            make_incident(world)
            make_private(world.database, "voting")
        for role in ROLES:
            # As many as keep each key below the limit of requests within a minute.
            amount = 1 + CASES // PER_MINUTE
            worlds.keys[role] = [door.make_key(KeyKind.ROBOT, named(role)) for _ in range(amount)]
            if role:
                grant(database, API, API, named(role), role, now)
                grant(second.database, "slack", "T1", named(role), role, now)
        yield worlds


def test_a_question_and_an_act_are_told_as_in_chat(
    database: Database, second: World, two_worlds: TwoWorlds
) -> None:
    """Random cases of role, place and action, one after the other: over REST in one world, by chat in the other."""
    drawn = random.Random(7)
    for number in range(CASES):
        role, where = drawn.choice(ROLES), drawn.choice(PLACES)
        name, given = drawn.choice(ASKED)
        by_rest = two_worlds.by_rest(role, name, given, number)
        by_chat = two_worlds.by_chat(role, name, given, where)
        assert by_rest == by_chat, (role, where, name, given)
    entries = _audited(database)
    assert entries == _audited(second.database)
    assert {outcome for _, outcome, _ in entries} >= {"done", "denied"}


def test_without_a_key_is_told_what_a_workspace_is_that_is_not_admitted(
    two_worlds: TwoWorlds,
) -> None:
    stranger = replace(PLACES[0], workspace="T9")
    told = set[bool]()
    for name, given in ASKED:
        by_rest = ask(two_worlds.door, name, given)
        if by_rest.status_code == 401:  # an act
            continue
        by_chat = two_worlds.by_chat(None, name, given, stranger)
        refused = NOT_ADMITTED in by_rest.text
        if refused:
            assert NOT_ADMITTED in by_chat, (name, given)
        else:
            assert untimed(by_rest.json()) == by_chat, (name, given)
        told.add(refused)
    assert told == {True, False}


def _audited(database: Database) -> list[tuple[str, str, str]]:
    with database.read() as session:
        entries = session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))
        return [
            (entry.action, entry.outcome, _TIME.sub("a time", entry.words)) for entry in entries
        ]
