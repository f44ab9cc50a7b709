"""A newer version of an extension that is on: tried beside it, it takes its place or leaves it as it was."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import select

from jobs.realms.hosting import hosting
from models.database.engine import Database
from models.extensions.host import this_host
from models.extensions.installed import folders, installed
from models.extensions.store import Store
from models.settings import Settings
from models.tables import AuditEntry, Extension, ExtensionUpgrade
from tests.jobs.realms.chatting import Chat, chatting, installed_here, state, until
from tests.jobs.realms.extensions import CODE, install_extension
from tests.models.extensions.operator import shell

NEWER = CODE.replace('f"Hello {call.asker', 'f"Good day {call.asker')
SLOW = f"import time\ntime.sleep(1)\n{NEWER}"


@pytest.fixture
def chat(database: Database, database_url: str, root: Path, now: datetime) -> Iterator[Chat]:
    """The extension is on."""
    installed_here(database, root, now)
    with hosting(database, Settings(extensions_folder=root)), chatting(database_url) as chat:
        assert chat.ask("extension on acmejira").title == "Jira 1.2.0 is on"
        yield chat


def version(database: Database) -> tuple[str, str]:
    """Which one is there, and what became of another."""
    with database.read() as session:
        (found,) = installed(session, this_host())
        return str(found.version), found.upgrade


def audited(database: Database) -> list[tuple[str, str]]:
    with database.read() as session:
        entries = select(AuditEntry).where(AuditEntry.action == "extension upgrade")
        return [(each.outcome, each.words) for each in session.exec(entries)]


def test_the_older_one_answers_until_the_newer_one_greeted(
    chat: Chat, root: Path, now: datetime
) -> None:
    database = chat.database
    before = folders_of(database)
    newer = install_extension(database, root, now, code=SLOW, version="1.3.0")
    assert version(database) == ("1.2.0", "1.3.0 is being tried")
    assert folders_of(database) == {*before, newer}
    assert chat.ask("acmejira hello").title.startswith("Hello you")
    assert version(database)[0] == "1.2.0", "it answered meanwhile"
    until(lambda: version(database) == ("1.3.0", ""), "it takes its place")
    assert chat.ask("acmejira hello").title.startswith("Good day you")
    assert state(database) == ("on", None)
    assert folders_of(database) == {newer}
    assert all(Store(root).folder(each).is_dir() for each in before), "a call may be under way"
    assert audited(database) == [("done", "extension upgrade acmejira 1.2.0: 1.3.0 took its place")]


def folders_of(database: Database) -> set[str]:
    with database.read() as session:
        return folders(installed(session, this_host()))


MISSING = 'option.team = { type = "text", required = true, about = "Which team" }'


@pytest.mark.parametrize(
    ("code", "line", "why"),
    [
        ("raise SystemExit('no')", "", "1.3.0 did not start: SystemExit: no"),
        ("hello = 1", "", "1.3.0 did not start: its code has no handler add, "),
        (NEWER, MISSING, "1.3.0 lacks options: EXTENSION_ACMEJIRA_TEAM is missing"),
    ],
)
def test_where_the_newer_one_does_not_greet_the_older_one_goes_on(
    chat: Chat, root: Path, now: datetime, code: str, line: str, why: str
) -> None:
    process = chat.ask("acmejira hello").title.split()[-1]
    install_extension(chat.database, root, now, line, code=code, version="1.3.0")
    until(lambda: version(chat.database)[1].startswith(why), "it is declined")
    assert version(chat.database)[0] == "1.2.0"
    assert chat.ask("acmejira hello").title == f"Hello you, from {process}", "it was never ended"
    assert state(chat.database) == ("on", None)
    ((outcome, words),) = audited(chat.database)
    assert (outcome, words.startswith(f"extension upgrade acmejira 1.2.0: {why}")) == (
        "stale",
        True,
    )
    assert why in str(chat.ask("extension info acmejira"))
    assert why in str(chat.ask("extensions"))
    assert why in shell(str(chat.database.url.render_as_string(hide_password=False)))("list").out


def test_one_that_was_declined_makes_room_for_the_next(
    chat: Chat, root: Path, now: datetime
) -> None:
    install_extension(chat.database, root, now, code="1 / 0", version="1.3.0")
    until(lambda: "ZeroDivision" in version(chat.database)[1], "it is declined")
    install_extension(chat.database, root, now, code=NEWER, version="1.3.1")
    until(lambda: version(chat.database) == ("1.3.1", ""), "the next takes its place")


def test_what_is_turned_off_meanwhile_stays_off_in_the_newer_version(
    database: Database, root: Path, now: datetime
) -> None:
    installed_here(database, root, now)
    set_state(database, "on")
    install_extension(database, root, now, code=NEWER, version="1.3.0")
    set_state(database, "off")
    with hosting(database, Settings(extensions_folder=root)):
        until(lambda: version(database) == ("1.3.0", ""), "it takes its place")
    assert state(database) == ("off", None)


def test_the_newer_version_of_a_quarantined_one_is_on_once_it_greeted(
    database: Database, root: Path, now: datetime
) -> None:
    installed_here(database, root, now)
    set_state(database, "on")
    install_extension(database, root, now, code=NEWER, version="1.3.0")
    set_state(database, "quarantined", "it hung")
    with hosting(database, Settings(extensions_folder=root)):
        until(lambda: version(database) == ("1.3.0", ""), "it takes its place")
    assert state(database) == ("on", None)


def test_what_is_removed_has_no_other_version_any_more(
    database: Database, database_url: str, root: Path, now: datetime
) -> None:
    installed_here(database, root, now)
    set_state(database, "on")
    install_extension(database, root, now, code=NEWER, version="1.3.0")
    assert shell(database_url)("remove", "acmejira").code == 0
    with database.read() as session:
        assert session.exec(select(ExtensionUpgrade)).all() == []
    assert state(database)[0] == "kept"


def set_state(database: Database, wanted: str, why: str | None = None) -> None:
    with database.write() as session:
        row = session.exec(select(Extension)).one()
        row.state, row.why = wanted, why
        session.add(row)
