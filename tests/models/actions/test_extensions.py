"""Extensions, as people ask of them and remove them in chat, on both databases."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlmodel import col, select, update

from jobs.extensions import look_after_extensions
from models.actions.asking import Asker
from models.actions.core.table import core
from models.actions.dictionary import Dictionary
from models.actions.responding import Responder
from models.database.engine import Database
from models.messages.drawing import plain
from models.messages.message import Message, Tone
from models.operating.signing import Signer
from models.people.persons import appoint
from models.rules.authority import Holder, HolderKind, Power, Threshold
from models.rules.people import Actor
from models.settings import Settings
from models.tables import AuditEntry, Extension
from tests.asking import ask
from tests.models.extensions.operator import Run, allocate, folders, put, rows, shell
from tests.models.extensions.samples import LEAST, MANIFEST
from tests.staff import ADMIN, GUARDIAN, STRANGER

NEEDING = LEAST.replace("acmejira", "acmewiki") + 'requires = { acmejira = ">=1" }\n'
FULL = MANIFEST.replace('requires = { helloworld = ">=1" }\n', "")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return allocate(tmp_path)


@pytest.fixture
def run(place: Path, database_url: str) -> Run:
    assert place.is_dir()
    return shell(database_url)


@pytest.fixture
def staffed(database: Database, now: datetime) -> Database:
    with database.write() as session:
        appoint(session, [Holder("slack", "T1", HolderKind.USER, ADMIN.user)], now)
    said = tell(database, "role grant guardian U-guard", ADMIN, now)
    assert "from now on" in said.title
    return database


def tell(
    database: Database,
    text: str,
    actor: Actor = ADMIN,
    now: datetime = datetime(2026, 3, 15, tzinfo=UTC),
    manage: Power = Power.ADMINISTER,
) -> Message:
    """The answer to somebody in a workspace, where `manage` is what the operator demands."""
    dictionary = Dictionary(core(Power.OPERATE, manage))
    asker = Asker(actor.platform, actor.workspace, actor.user, actor.name, "C1")
    responder = Responder(database, dictionary, Signer(SecretStr(""), "https://watch.example.com"))
    return responder.answer(dictionary.typed(text).read, asker, now)


def words(message: Message) -> str:
    return "\n".join([message.title, *(plain(block, str) for block in message)])


def test_the_list_names_each_with_its_state_and_what_holds_it(
    run: Run, place: Path, database: Database, now: datetime
) -> None:
    assert ask(database, "extensions", now).title == "No extension is installed"
    run("install", put(place), "--agree")
    run("install", put(place, NEEDING, "wiki.zip"), "--agree")
    shown = ask(database, "extensions", now)
    assert (shown.title, shown.tone) == ("2 extensions: 2 off", Tone.INFO)
    assert "Opens tickets for incidents." in words(shown)
    with database.write() as session:
        session.exec(
            update(Extension).where(col(Extension.handle) == "acmewiki").values(state="on")
        )
    shown = ask(database, "extension", now)
    assert (shown.title, shown.tone) == ("2 extensions: 1 off, 1 held", Tone.WARNING)
    assert "acmewiki needs acmejira, which does not run" in words(shown)


def test_info_tells_all_of_it_and_who_agreed_to_those_inside(
    run: Run, place: Path, database: Database, now: datetime
) -> None:
    run("install", put(place, FULL), "--agree")
    shown = words(ask(database, "extension info ACMEJIRA", now))
    for told in (
        "Jira 1.2.0 (acmejira): off",
        "Opens tickets for incidents.",
        "ACME https://acme.example",
        "stable",
        "2026-11-01",
        "Pluginwatch >=0.2; tried with 0.4; not with >=2; Python >=3.11",
        "Licence: MIT",
        "It reads: what is public",
        "It calls: jira.example.com",
        "Your secret token is sent to: jira.example.com",
        "open, tickets",
        "incident.opened",
        "acmejira.ticketed",
        "plugin_acmejira_ticket",
        "Agreed to by",
    ):
        assert told in shown, shown
    stranger = Asker("slack", "T9", "U9", "Somebody", "C9")
    assert "Agreed to by" not in words(ask(database, "extension info acmejira", now, stranger))
    assert "Opens tickets" in words(ask(database, "extension info acmejira", now, stranger))


def test_needs_and_needed(run: Run, place: Path, database: Database, now: datetime) -> None:
    run("install", put(place, FULL), "--agree")
    run("install", put(place, NEEDING, "wiki.zip"), "--agree")
    shown = words(ask(database, "extension needs acmewiki", now))
    assert "What acmewiki needs" in shown
    assert "1.2.0, off" in shown
    shown = words(ask(database, "extension needs acmejira", now))
    assert "if it is there" in shown
    assert "acmewiki" in words(ask(database, "extension needed acmejira", now))
    assert ask(database, "extension needed acmewiki", now).title == "No extension needs acmewiki"


def test_an_unknown_one_and_near_ones(
    run: Run, place: Path, database: Database, now: datetime
) -> None:
    run("install", put(place), "--agree")
    assert "Did you mean acmejira?" in words(ask(database, "extension info acmejria", now))
    assert "All extensions" in words(ask(database, "extension needs whatever", now))
    usage = ask(database, "extension info", now)
    assert "extension info needs the handle of an extension" in usage.title
    assert "|needed|can-install|install|upgrade|can-remove|remove|keep|purge NAME" in words(usage)


def test_removed_and_purged_in_chat(run: Run, place: Path, staffed: Database) -> None:
    run("install", put(place), "--agree")
    run("install", put(place, NEEDING, "wiki.zip"), "--agree")
    cannot = tell(staffed, "extension can-remove acmejira")
    assert cannot.title == "acmejira cannot be removed"
    assert "acmewiki" in words(cannot)
    refused = tell(staffed, "extension keep acmejira")
    assert "acmejira is needed by acmewiki; remove that first." in words(refused)
    asked = tell(staffed, "extension remove acmewiki")
    assert "extension keep acmewiki" in str(asked.blocks)
    assert tell(staffed, "extension keep acmewiki").title == (
        "acmewiki is removed, and its data is kept"
    )
    assert tell(staffed, "extension can-remove acmejira").title == "acmejira can be removed"
    assert "removed already" in tell(staffed, "extension remove acmewiki").title
    assert tell(staffed, "extension keep acmewiki").title == "Nothing was changed"
    assert "type the handle twice" in tell(staffed, "extension purge acmewiki acmejira").title
    assert "type its handle twice" in tell(staffed, "extension purge acmewiki").title
    assert rows(staffed) == [("acmejira", "off", "1.2.0"), ("acmewiki", "kept", "1.2.0")]
    assert "is installed; remove it first" in words(
        tell(staffed, "extension purge acmejira acmejira")
    )
    done = tell(staffed, "extension purge acmewiki acmewiki")
    assert done.title == "Nothing is kept of acmewiki any more"
    assert rows(staffed) == [("acmejira", "off", "1.2.0")]
    with staffed.read() as session:
        entries = session.exec(select(AuditEntry).order_by(col(AuditEntry.id))).all()
    assert [(each.action, each.outcome) for each in entries[3:]] == [
        ("extension keep", "stale"),
        ("extension remove", "done"),
        ("extension keep", "stale"),
        ("extension purge", "stale"),
        ("extension purge", "done"),
    ]


@pytest.mark.parametrize(
    ("threshold", "may"),
    [
        (Threshold.OPERATOR, set()),
        (Threshold.ADMIN, {ADMIN}),
        (Threshold.GUARDIAN, {ADMIN, GUARDIAN}),
    ],
)
def test_from_whom_on_one_may_is_the_operator_s_choice(
    run: Run, place: Path, staffed: Database, threshold: Threshold, may: set[Actor]
) -> None:
    for actor in (STRANGER, GUARDIAN, ADMIN):
        run("install", put(place), "--agree")
        for text, done in (
            ("extension keep acmejira", "acmejira is removed, and its data is kept"),
            ("extension purge acmejira acmejira", "Nothing is kept of acmejira any more"),
        ):
            said = tell(staffed, text, actor, manage=threshold.power)
            expected = done if actor in may else "You may not do that here"
            assert said.title == expected
    nobody = tell(staffed, "extension keep acmejira", STRANGER, manage=threshold.power)
    assert ("at the shell" in words(nobody)) == (threshold is Threshold.OPERATOR)


def test_who_may_is_what_the_settings_say(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert place.is_dir()
    assert Settings.load().extensions_manage.power is Power.ADMINISTER
    monkeypatch.setenv("EXTENSIONS_MANAGE", "everybody")
    with pytest.raises(SystemExit, match="EXTENSIONS_MANAGE"):
        Settings.load()


def test_the_jobs_process_removes_the_folder_of_what_was_removed_in_chat(
    run: Run, place: Path, staffed: Database
) -> None:
    run("install", put(place), "--agree")
    (folder,) = folders(place)
    run("install", put(place, LEAST.replace("acmejira", "acmewiki"), "wiki.zip"), "--agree")
    tell(staffed, "extension keep acmejira")
    settings = Settings.load()
    look_after_extensions(staffed, settings)
    assert folder in folders(place)  # it may be one that is being installed at this moment
    for name in folders(place):
        os.utime(place / "extensions" / "installed" / name, (0, 0))
    look_after_extensions(staffed, settings)
    assert [name.split("-")[0] for name in folders(place)] == ["acmewiki"]
