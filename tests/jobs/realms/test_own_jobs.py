"""Jobs of extensions: called once in each slot, within their limit, while people are answered."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from jobs.realms.hosting import hosting
from models.database.engine import Database
from models.extensions.host import this_host
from models.extensions.manifest import ManifestError
from models.extensions.own_jobs import put_due
from models.settings import Settings
from models.tables import Extension
from tests.jobs.realms.chatting import Chat, chatting, installed_here, until
from tests.jobs.realms.extensions import install_extension
from tests.models.extensions.samples import LEAST, manifest
from tests.world import BAD, make_world, saw

SYNC = """
table.ran = {{ what = "text" }}
[[job]]
name = "sync"
every = "1 d"
run = "sync"
limit = "{limit}"
"""
CODE = """
def sync(call):
    call.add("ran", what="sync")
    call.log(call.ask("list")["title"])

def care(call, incident, by=""):
    call.add("ran", what="care")
    return "x"

def hello(call):
    return " ".join(row["what"] for row in call.rows("ran"))

add = plugins = fail = curious = hello
"""
WAITS = CODE.replace(
    'call.add("ran", what="sync")',
    'while not call.rows("ran", what="care"): pass\n    call.add("ran", what="sync")',
)


@pytest.fixture
def chat(database: Database, database_url: str, root: Path, now: datetime) -> Iterator[Chat]:
    """The extension is installed, and a worker runs."""
    make_world(database, now, "solved").report(saw("solved", "p1", BAD))
    installed_here(database, root, now)
    with hosting(database, Settings(extensions_folder=root)), chatting(database_url) as chat:
        yield chat


def turn_on(chat: Chat, root: Path, now: datetime, code: str, limit: str = "1 min") -> None:
    install_extension(chat.database, root, now, SYNC.format(limit=limit), code=code)
    assert chat.ask("extension on acmejira").title == "Jira 1.2.0 is on"


def ran(chat: Chat) -> str:
    return chat.ask("acmejira hello").title


def put(database: Database, now: datetime) -> int:
    with database.write() as session:
        return put_due(session, this_host(), now)


def test_it_is_called_once_in_each_slot(chat: Chat, root: Path, now: datetime) -> None:
    turn_on(chat, root, now, CODE)
    until(lambda: ran(chat) == "sync", "it is called once it is on")
    assert put(chat.database, datetime.now(UTC)) == 0
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert put(chat.database, tomorrow) == 1
    assert put(chat.database, tomorrow) == 0
    chat.ask("extension off acmejira")
    assert put(chat.database, tomorrow + timedelta(days=1)) == 0


def test_people_are_answered_while_it_runs(chat: Chat, root: Path, now: datetime) -> None:
    """The job goes on until somebody acts."""
    turn_on(chat, root, now, WAITS)
    assert ran(chat) == ""
    chat.ask("acmejira care 1")
    until(lambda: ran(chat) == "care sync", "it goes on and ends")


def test_what_goes_beyond_its_limit_is_ended_and_fails(
    chat: Chat, root: Path, now: datetime
) -> None:
    turn_on(chat, root, now, WAITS.replace("while not", "while True or"), limit="1 s")
    until(lambda: len(failures(chat.database)) == 1, "it fails")
    assert ran(chat) == ""


def failures(database: Database) -> list[str]:
    with database.read() as session:
        return session.exec(select(Extension.failures)).one()


def test_a_rhythm_is_of_a_day_at_the_most() -> None:
    text = LEAST + SYNC.format(limit="1 s").replace('every = "1 d"', 'every = "2 d"')
    with pytest.raises(ManifestError, match='must be between "1 min" and "1 d"'):
        manifest(text)
