"""Events that extensions raise, and those that hear them: after the answer, once, and never without end."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import select

from jobs.deliver.deliverer import DeliveryTimes
from jobs.deliver.opening import delivering
from jobs.realms.hosting import hosting
from models.database.engine import Database
from models.extensions.raising import MOST_STEPS, read_raised
from models.outbox.ways_out import EXTENSION
from models.settings import Settings
from models.tables import Announcement
from tests.jobs.realms.chatting import Chat, chatting, installed_here, until
from tests.jobs.realms.extensions import install_extension
from tests.models.extensions.samples import LEAST, manifest
from tests.world import BAD, make_world, saw

QUICK = DeliveryTimes(look=0.02)
RAISES = """
table.heard = { key = "text", steps = "integer" }
[[raises]]
name = "ticketed"
schema = { key = "text", at = "time" }
[[hears]]
event = "acmejira.ticketed"
run = "told"
"""
CODE = """
def care(call, incident, by="OPS-1"):
    call.tell("ticketed", key=by, at="2026-11-01T12:00:00+01:00")
    return "told"

def told(call, event):
    call.add("heard", key=event["data"]["key"] + " " + event["data"]["at"], steps=event["steps"])
    if event["data"]["key"] == "again":
        call.tell("ticketed", **event["data"])

def hello(call):
    return str([(row["key"], row["steps"]) for row in call.rows("heard")])

def curious(call):
    call.tell("ticketed", key="sly", at="2026-11-01T12:00:00+01:00")
    return "x"

add = plugins = fail = hello
"""


@pytest.fixture
def chat(database: Database, database_url: str, root: Path, now: datetime) -> Iterator[Chat]:
    """The extension is on, and hears what it raises itself."""
    make_world(database, now, "solved").report(saw("solved", "p1", BAD))
    installed_here(database, root, now)
    install_extension(database, root, now, RAISES, code=CODE)
    settings = Settings(extensions_folder=root)
    with (
        hosting(database, settings),
        delivering(database, settings, QUICK),
        chatting(database_url) as chat,
    ):
        assert chat.ask("extension on acmejira").title == "Jira 1.2.0 is on"
        yield chat


def heard(chat: Chat) -> str:
    return chat.ask("acmejira hello").title


def test_what_is_raised_is_heard_with_its_facts(chat: Chat) -> None:
    assert chat.ask("acmejira care 1 OPS-7").title == "told"
    until(lambda: heard(chat) == "[('OPS-7 2026-11-01T11:00:00+00:00', 1)]", "it is heard")


def test_what_answers_itself_comes_to_an_end(chat: Chat) -> None:
    chat.ask("acmejira care 1 again")
    until(lambda: f", {MOST_STEPS})" in heard(chat), "it goes on for a while")
    until(lambda: not waiting(chat.database), "nothing more is told")
    assert heard(chat).count("again") == MOST_STEPS


def waiting(database: Database) -> list[Announcement]:
    with database.read() as session:
        rows = session.exec(select(Announcement).where(Announcement.platform == EXTENSION))
        return [row for row in rows if row.sent_at is None]


def test_a_question_raises_nothing(chat: Chat) -> None:
    assert chat.ask("acmejira curious").title == "Jira could not answer"
    assert heard(chat) == "[]"


AT = "2026-11-01T12:00:00+01:00"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"event": "other", "facts": {}}, "which its manifest does not declare"),
        ({"event": "ticketed", "facts": {"key": "A"}}, "has the facts at, key, and no others"),
        ({"event": "ticketed", "facts": {"key": "A", "at": "now"}}, "at must be a time with"),
        ({"event": "ticketed", "facts": {"key": None, "at": AT}}, "key cannot be empty"),
        ({"event": "ticketed"}, "it raised what is no event"),
    ],
)
def test_what_is_not_declared_is_not_raised(raw: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_raised([raw], manifest(LEAST + RAISES))
