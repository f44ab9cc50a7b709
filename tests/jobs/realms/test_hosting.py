"""An installed extension is turned on and answers in chat: through the queue, the worker and its realm."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bench.listeners import counting
from jobs.realms.hosting import hosting
from models.actions.asking import Asker
from models.database.engine import Database
from models.events import Observation, Reporter
from models.extensions import calls
from models.messages.message import Buttons
from models.record import record
from models.rules.kinds import SiteKind
from models.settings import Settings
from models.tables import ApiKey, AuditEntry, Extension, RealmCall
from models.version import VERSION
from tests.asking import ANYONE
from tests.jobs.realms.chatting import (
    Chat,
    announced,
    called,
    chatting,
    installed_here,
    realms,
    state,
    until,
)
from tests.jobs.realms.extensions import install_extension
from tests.world import BAD, GOOD, World, make_world, saw

STRANGER = Asker("slack", "T9", "U-none", "Nobody", "C1")


@pytest.fixture
def chat(database: Database, database_url: str, root: Path, now: datetime) -> Iterator[Chat]:
    """The extension is installed, and turned off; a worker runs."""
    make_world(database, now, "solved")
    installed_here(database, root, now)
    with hosting(database, Settings(extensions_folder=root)), chatting(database_url) as chat:
        yield chat


def test_it_is_turned_on_and_answers(chat: Chat) -> None:
    assert "neither a command nor a plugin" in chat.ask("acmejira hello").title
    turned = chat.ask("extension on acmejira")
    assert turned.title == "Jira 1.2.0 is on"
    first, second = chat.ask("acmejira hello"), chat.ask("acmejira hello")
    assert first.title.startswith("Hello you, from ")
    assert first == second, "it is the same process"
    added = chat.ask("acmejira add 2 40")
    assert added.title == "42"
    assert added.blocks == (Buttons((("Again", "acmejira add 1 2"),)),)
    assert "solved" in str(chat.ask("acmejira plugins"))
    assert "acmejira add FIRST SECOND" in str(chat.ask('help "acmejira add"'))
    assert chat.ask("acmejira add two 3").title.startswith("first must be a whole number")


def test_off_ends_it_and_takes_its_commands_away(chat: Chat) -> None:
    chat.ask("extension on acmejira")
    process = int(chat.ask("acmejira hello").title.split()[-1])
    assert process
    asked = chat.responder.dictionary.typed("acmejira hello")
    assert chat.ask("extension off acmejira").title == "Jira is off"
    assert chat.responder.respond(asked, ANYONE).title == "Jira is off", "by whoever knows it still"
    assert "neither a command nor a plugin" in chat.ask("acmejira hello").title
    until(lambda: not realms(), "its realm ends")


def test_what_is_removed_while_it_is_to_start_stays_removed(chat: Chat) -> None:
    with chat.database.write() as session:
        row = session.exec(select(Extension)).one()
        row.state, row.folder = "kept", ""
        session.add(row)
        number = calls.put(session, "acmejira", calls.GREETING, {}, {}, datetime.now(UTC))
    until(lambda: answer_of(chat, number) is not None, "it is answered")
    assert "No extension is called" in str(answer_of(chat, number))
    assert state(chat.database) == ("kept", None)


def answer_of(chat: Chat, number: int) -> str | None:
    with chat.database.read() as session:
        return session.get_one(RealmCall, number).answer


def test_three_failures_within_an_hour_quarantine_it_and_retry_lets_it_go_on(chat: Chat) -> None:
    chat.ask("extension on acmejira")
    for how in ("raise", "die"):
        assert chat.ask(f"acmejira fail {how}").title == "Jira could not answer"
    assert chat.ask("acmejira add 1 1").title == "2", "a new realm"
    third = chat.ask("acmejira fail raise")
    assert third.title == "Jira is quarantined"
    why = "It failed 3 times within 60 minutes, the last time in fail: ValueError"
    assert why in str(third)
    assert state(chat.database) == ("quarantined", why)
    assert "as asked" not in str(third), "what was raised may tell what only who asked may know"
    still = chat.ask("acmejira add 1 1")
    assert (still.title, why in str(still)) == ("Jira is quarantined", True)
    assert "/plugin extension retry acmejira" in str(still)
    until(lambda: not realms(), "its realm ends")
    assert chat.ask("extension retry acmejira").title == "Jira 1.2.0 is on"
    assert chat.ask("acmejira add 1 1").title == "2"
    assert chat.ask("acmejira fail").title == "Jira could not answer", "counted anew"


def test_its_quarantine_is_an_incident_with_blame_and_ends_when_it_works_again(chat: Chat) -> None:
    chat.ask("follow everything")
    chat.ask("extension on acmejira")
    assert "compatible" in str(chat.ask("status pluginwatch-acmejira"))
    for _ in range(3):
        chat.ask("acmejira fail")
    card = announced(chat.database)[0]
    assert card.title == "pluginwatch-acmejira (release) does not load on pluginwatch"
    assert "the last time in fail: ValueError" in str(card)
    details = str(chat.ask("log pluginwatch-acmejira"))
    assert f"plugin 1.2.0 with host {VERSION}" in details
    assert 'File "acmejira/__init__.py", line' in details
    assert "as asked" not in details.replace('ValueError("as asked")', "")
    assert "No suspect" in details
    chat.ask("extension retry acmejira")
    card = announced(chat.database)[0]
    assert card.title == "pluginwatch-acmejira (release) works on pluginwatch again"


def test_no_site_can_report_on_an_extension(chat: Chat, database: Database, now: datetime) -> None:
    chat.ask("extension on acmejira")
    with database.read() as session:
        key = session.exec(select(ApiKey)).one()
    world = World(database, now, Reporter(key.id or 0, SiteKind.CANARY, "canary.example.com"))
    outcome = world.report(Observation("x", "pluginwatch-acmejira", "main", "a" * 40, BAD))
    assert "not in the master list" in outcome.errors[0].reason


HOSTILE = """
def hello(call):
    while True:
        call.log("x" * 100_000)

def add(call, first, second):
    return "x" * len(bytearray(1 << 31))

plugins = fail = care = curious = lambda call, **given: 12
"""


@pytest.mark.parametrize("text", ["hello", "add 1 2", "plugins"])
def test_one_that_floods_leaks_or_answers_nonsense_is_quarantined_and_others_go_on(
    chat: Chat, root: Path, now: datetime, text: str
) -> None:
    chat.ask("follow everything")
    install_extension(chat.database, root, now, code=HOSTILE)
    chat.ask("extension on acmejira")
    titles = [chat.ask(f"acmejira {text}").title for _ in range(3)]
    assert titles == ["Jira could not answer"] * 2 + ["Jira is quarantined"]
    assert "does not load on pluginwatch" in announced(chat.database)[0].title
    assert "solved" in str(chat.ask("list"))
    until(lambda: not realms(), "its realm ends")


def test_what_the_host_refuses_is_no_failure(chat: Chat) -> None:
    chat.ask("extension on acmejira")
    for _ in range(4):
        refused = chat.ask("acmejira fail refused")
        assert refused.title == "Jira could not answer now"
        assert "example.com is not declared" in str(refused)
    assert state(chat.database)[0] == "on"


def test_one_that_does_not_start_is_quarantined_at_once(
    chat: Chat, root: Path, now: datetime
) -> None:
    install_extension(chat.database, root, now, code="raise SystemExit('no')")
    turned = chat.ask("extension on acmejira")
    assert turned.title == "Jira is quarantined"
    assert "It did not start: SystemExit: no" in str(turned)
    assert state(chat.database)[0] == "quarantined"


def test_a_missing_option_leaves_it_off(chat: Chat, root: Path, now: datetime) -> None:
    option = 'option.team = { type = "text", required = true, about = "Which team" }'
    install_extension(chat.database, root, now, option)
    turned = chat.ask("extension on acmejira")
    assert turned.title == "Jira cannot be turned on"
    assert "EXTENSION_ACMEJIRA_TEAM is missing: Which team" in str(turned)
    assert state(chat.database)[0] == "off"


def test_only_admins_turn_and_only_insiders_ask(chat: Chat) -> None:
    denied = chat.ask("extension on acmejira", replace(ANYONE, user="other"))
    assert "admins" in str(denied)
    assert state(chat.database)[0] == "off"
    chat.ask("extension on acmejira")
    chat.ask("extension on acmejira")
    with chat.database.read() as session:
        tried = session.exec(select(AuditEntry).where(AuditEntry.action == "extension on")).all()
        assert [each.outcome for each in tried] == ["denied", "done", "already"]
        assert {each.words for each in tried} == {"extension on acmejira"}
    assert "acmejira" not in chat.ask("acmejira hello", STRANGER).title
    assert called(chat.database) == [""], "the greeting alone"


def test_what_is_no_extension_is_told(chat: Chat) -> None:
    unknown = chat.ask("extension on acmewiki")
    assert unknown.title == "No extension is called “acmewiki”"
    assert chat.ask("extension retry acmejira").title == "Jira is off already"


def test_after_idleness_its_realm_ends_and_the_next_call_starts_another(
    database: Database, database_url: str, root: Path, now: datetime
) -> None:
    installed_here(database, root, now)
    settings = Settings(extensions_folder=root)
    with hosting(database, settings, idle_seconds=0.2), chatting(database_url) as chat:
        chat.ask("extension on acmejira")
        until(lambda: not realms(), "its realm ends")
        assert chat.ask("acmejira add 1 1").title == "2"


def test_without_a_worker_nobody_is_left_waiting(
    database: Database,
    database_url: str,
    root: Path,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    installed_here(database, root, now)
    monkeypatch.setattr(calls, "PATIENCE", timedelta(seconds=0.3))
    with chatting(database_url) as chat:
        turned = chat.ask("extension on acmejira")
        assert turned.title == "acmejira did not answer in time"
        with hosting(database, Settings(extensions_folder=root)):
            assert chat.ask("acmejira hello").title.startswith("“acmejira” is neither")
    assert state(database)[0] == "off", "the call has ended, so that nothing came of it later"


def test_while_none_is_on_no_realm_runs_and_a_batch_takes_the_same_statements(
    database: Database, database_url: str, root: Path, now: datetime
) -> None:
    world = make_world(database, now, "solved")
    world.report(saw("solved", "p1", GOOD))
    before = statements(world)
    installed_here(database, root, now)
    with hosting(database, Settings(extensions_folder=root)), chatting(database_url) as chat:
        chat.ask("extension on acmejira")
        chat.ask("extension off acmejira")
        until(lambda: not realms(), "its realm ends")
        until(lambda: not threads_of_realms(), "what waited for it ends too")
        assert statements(world) == before
        chat.ask("extension on acmejira")
        assert statements(world) == before, "nothing hears of reports, so that none costs more"


def threads_of_realms() -> set[str]:
    names = {thread.name for thread in threading.enumerate()}
    return {name for name in names if name == "watch" or name.startswith("realm-")}


def statements(world: World) -> list[str]:
    """What recording a heartbeat asks of the database."""
    report = world.a_report(saw("solved", "p1", GOOD))
    with world.database.write() as session, counting(session) as asked:
        record(session, [report], world.now)
    return list(map(str, asked))
