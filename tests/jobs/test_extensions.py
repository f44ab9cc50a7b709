"""Extensions installed from chat: detected, agreed to, and installed by the jobs process, on both databases."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlmodel import Session, col, select, update

from jobs.extensions import look_after_extensions
from models.actions.asking import Asker
from models.actions.core.table import core
from models.actions.dictionary import Dictionary
from models.actions.responding import Responder
from models.database.engine import Database
from models.extensions.detecting import stamp
from models.extensions.host import allocated, this_host
from models.messages.drawing import plain
from models.messages.message import Buttons, Message
from models.operating.signing import Signer
from models.operating.slots import JobDescription, put_up, standing
from models.people.persons import appoint
from models.rules.authority import Holder, HolderKind, Threshold
from models.rules.extensions import EXTENSIONS_JOB
from models.rules.people import Actor
from models.settings import Settings
from models.tables import AuditEntry, Extension, ExtensionPackage, Person
from tests.models.extensions.operator import Run, allocate, folders, put, rows, shell
from tests.models.extensions.packages import archive, contents
from tests.models.extensions.samples import LEAST
from tests.staff import ADMIN, GUARDIAN, STRANGER

JIRA = "extensions/incoming/jira.zip"
WIDER = 'may = { read = "asker" }\n'


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return allocate(tmp_path)


@pytest.fixture
def run(database_url: str) -> Run:
    return shell(database_url)


@pytest.fixture
def chat(database: Database, now: datetime) -> "Chat":
    with database.write() as session:
        appoint(session, [Holder("slack", "T1", HolderKind.USER, ADMIN.user)], now)
        described = JobDescription(EXTENSIONS_JOB, "every minute", timedelta(minutes=5))
        put_up(session, [described], now)
    made = Chat(database, now)
    assert "from now on" in made.ask("role grant guardian U-guard").title
    return made


class Chat:
    """People of a workspace who ask, and the job that does what they want."""

    def __init__(self, database: Database, now: datetime) -> None:
        self.database = database
        self._now = now

    def ask(self, text: str, actor: Actor = ADMIN, install: Threshold = Threshold.ADMIN) -> Message:
        self._now += timedelta(minutes=1)
        dictionary = Dictionary(core(install.power, Threshold.ADMIN.power))
        asker = Asker(actor.platform, actor.workspace, actor.user, actor.name, "C1")
        responder = Responder(self.database, dictionary, Signer(SecretStr(""), "https://x.example"))
        return responder.answer(dictionary.typed(text).read, asker, self._now)

    def shown(self) -> str:
        """The list of all."""
        return words(self.ask("extensions"))

    def tick(self) -> None:
        """What the clock does."""
        look_after_extensions(self.database, Settings.load())

    def is_asked(self) -> bool:
        """Whether the clock's job is to run at once."""
        with self.database.read() as session:
            return standing(session)[EXTENSIONS_JOB].asked_at is not None


def words(message: Message) -> str:
    return "\n".join([message.title, *(plain(block, str) for block in message)])


def pressed(message: Message) -> str:
    """The command of its only button."""
    (buttons,) = (block for block in message if isinstance(block, Buttons))
    ((_, command),) = buttons.buttons
    return command


def audited(session: Session) -> list[tuple[str, str, str]]:
    entries = select(AuditEntry, Person.name).join(Person).order_by(col(AuditEntry.id))
    return [
        (name, entry.action, entry.outcome)
        for entry, name in session.exec(entries)
        if entry.action.startswith("extension")
    ]


def test_from_the_folder_to_installed_by_agreeing_in_chat(chat: Chat, place: Path) -> None:
    put(place, name=JIRA)
    assert "No package of “acmejira” was found" in chat.ask("extension install acmejira").title
    chat.tick()
    assert "detected" in chat.shown()
    for text in ("extension can-install acmejira", "extension install acmejira"):
        terms = chat.ask(text)
        assert terms.title == "Jira 1.2.0 (acmejira) asks for this"
        assert "Licence: MIT" in words(terms)
    assert not chat.is_asked()
    assert "asks for this" in chat.ask("extension install acmejira agreeing 00000000").title
    chat.tick()
    assert rows(chat.database) == []
    ordered = chat.ask(pressed(terms))
    assert ordered.title == "acmejira 1.2.0 is being installed"
    assert chat.is_asked()
    assert "is being installed" in chat.shown()
    chat.tick()
    assert rows(chat.database) == [("acmejira", "off", "1.2.0")]
    assert len(folders(place)) == 1
    assert "1 off" in chat.shown()
    with chat.database.read() as session:
        extension = session.exec(select(Extension)).one()
        assert session.get_one(Person, extension.agreed_by_id).name == ADMIN.name
        assert audited(session)[-2:] == [
            (ADMIN.name, "extension install", "done"),
            (ADMIN.name, "extension install", "done"),
        ]
    chat.tick()
    assert len(folders(place)) == 1


def test_an_upgrade_asks_again_only_where_the_terms_changed(chat: Chat, place: Path) -> None:
    put(place, name=JIRA)
    chat.tick()
    assert "no newer version" in chat.ask("extension upgrade acmejira").title
    chat.ask(pressed(chat.ask("extension install acmejira")))
    chat.tick()
    assert "no newer version" in chat.ask("extension upgrade acmejira").title
    put(place, LEAST.replace("1.2.0", "1.3.0"), "extensions/incoming/jira-3.zip")
    chat.tick()
    assert "newer than 1.2.0" in chat.shown()
    assert chat.ask("extension upgrade acmejira").title == "acmejira 1.3.0 is being installed"
    chat.tick()
    assert rows(chat.database) == [("acmejira", "off", "1.3.0")]
    put(place, LEAST.replace("1.2.0", "1.4.0") + WIDER, "extensions/incoming/jira-4.zip")
    chat.tick()
    terms = chat.ask("extension upgrade acmejira")
    assert "what the person who asks may know" in words(terms)
    assert "It takes the place of 1.3.0." in words(terms)
    chat.ask(pressed(terms))
    chat.tick()
    assert rows(chat.database) == [("acmejira", "off", "1.4.0")]


@pytest.mark.parametrize(
    ("changed", "handle"),
    [
        (LEAST + WIDER, "acmejira"),
        (LEAST.replace("1.2.0", "1.2.1"), "acmejira"),
        (LEAST, "acmewiki"),
    ],
)
def test_a_package_that_changed_after_it_was_agreed_to_is_not_installed(
    chat: Chat, place: Path, changed: str, handle: str
) -> None:
    """Not even where its stamp did not tell."""
    put(place, name=JIRA)
    chat.tick()
    chat.ask(pressed(chat.ask("extension install acmejira")))
    put(place, changed, JIRA, handle)
    with chat.database.write() as session:
        now_there = stamp(place / JIRA, this_host(), allocated(place / "extensions"))
        session.exec(update(ExtensionPackage).values(stamp=now_there))
    chat.tick()
    assert (rows(chat.database), folders(place)) == ([], [])
    assert "is another one than was agreed to" in chat.shown()
    put(place, LEAST, JIRA)
    os.utime(place / JIRA)
    chat.tick()
    assert rows(chat.database) == []  # the order was for what stood there before


def test_what_is_wrong_inside_is_told_when_it_is_installed(chat: Chat, place: Path) -> None:
    (place / JIRA).parent.mkdir()
    (place / JIRA).write_bytes(archive({**contents(), "wheels/evil-1.tar.gz": b"1"}))
    (place / "extensions/incoming/odd").write_text("no package")
    chat.tick()
    assert "is no ZIP archive" in chat.shown()
    chat.ask(pressed(chat.ask("extension can-install acmejira")))
    chat.tick()
    assert "source distribution" in chat.shown()
    refused = chat.ask("extension install acmejira")
    assert refused.title == "acmejira 1.2.0 cannot be installed"
    assert "source distribution" in words(refused)
    assert (rows(chat.database), folders(place)) == ([], [])
    with chat.database.read() as session:
        assert audited(session)[-1] == (ADMIN.name, "extension install", "stale")
    (place / JIRA).unlink()
    chat.tick()
    assert "acmejira" not in chat.shown()


@pytest.mark.parametrize(
    ("install", "may"),
    [
        (Threshold.OPERATOR, set()),
        (Threshold.ADMIN, {ADMIN}),
        (Threshold.GUARDIAN, {ADMIN, GUARDIAN}),
    ],
)
def test_from_whom_on_one_may_install_is_the_operator_s_choice(
    chat: Chat, place: Path, install: Threshold, may: set[Actor]
) -> None:
    put(place, name=JIRA)
    chat.tick()
    for actor in (STRANGER, GUARDIAN, ADMIN):
        said = chat.ask("extension install acmejira", actor, install)
        expected = "asks for this" if actor in may else "You may not do that here"
        assert expected in said.title


def test_strangers_hear_nothing_of_what_lies_there(chat: Chat, place: Path) -> None:
    put(place, name=JIRA)
    chat.tick()
    outside = Actor("slack", "T9", "U9", "Somebody")
    assert "jira.zip" not in words(chat.ask("extensions", outside))
    assert "No package" in chat.ask("extension can-install acmejira", outside).title


def test_what_did_not_change_is_not_written_again(chat: Chat, place: Path) -> None:
    put(place, name=JIRA)
    chat.tick()
    with chat.database.read() as session:
        before = session.connection().exec_driver_sql("SELECT id, seen_at FROM extension_package")
        first = before.all()
    chat.tick()
    with chat.database.read() as session:
        after = session.connection().exec_driver_sql("SELECT id, seen_at FROM extension_package")
        assert after.all() == first
    (place / "extensions/handles.toml").write_text('[handles]\nacmejira = "Other"\n')
    chat.tick()
    assert "is Other's, not ACME's" in chat.shown()


def test_a_newer_version_by_the_shell_forgets_how_the_older_one_failed(
    run: Run, chat: Chat, place: Path
) -> None:
    run("install", put(place), "--agree")
    with chat.database.write() as session:
        extension = session.exec(select(Extension)).one()
        extension.state, extension.why = "quarantined", "it hung"
        extension.failures = [datetime.now(UTC).isoformat()]
        session.add(extension)
    assert run("install", put(place, LEAST.replace("1.2.0", "1.3.0"))).code == 0
    with chat.database.read() as session:
        extension = session.exec(select(Extension)).one()
        assert (extension.state, extension.why, extension.failures) == ("off", None, [])


def test_an_upgrade_of_one_that_is_on_waits_until_it_was_seen_to_start(
    run: Run, chat: Chat, place: Path
) -> None:
    run("install", put(place), "--agree")
    with chat.database.write() as session:
        extension = session.exec(select(Extension)).one()
        extension.state = "on"
        session.add(extension)
    put(place, LEAST.replace("1.2.0", "1.3.0"), "extensions/incoming/jira-3.zip")
    chat.tick()
    ordered = chat.ask("extension upgrade acmejira")
    assert "1.2.0 goes on until it was seen to start" in words(ordered)
    chat.tick()
    assert rows(chat.database) == [("acmejira", "on", "1.2.0")]
    assert "✓ on; 1.3.0 is being tried" in chat.shown()
    done = run("install", put(place, LEAST.replace("1.2.0", "1.4.0"), "jira-4.zip"))
    assert "takes the place of 1.2.0 once the jobs process has seen it start" in done.out
    assert "1.4.0 is being tried" in run("list").out
    assert rows(chat.database) == [("acmejira", "on", "1.2.0")]
