"""What extensions hear: each incident's turn, from the outbox through the queue to a handler, once."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import select

from bench.listeners import counting
from jobs.deliver.deliverer import DeliveryTimes
from jobs.deliver.extensions import Extensions
from jobs.deliver.opening import delivering
from jobs.realms.hosting import hosting
from models.database.engine import Database
from models.events import GuardReport
from models.extensions.manifest import ManifestError
from models.messages.message import Message
from models.outbox.sending import Outgoing, SendError
from models.outbox.ways_out import EXTENSION, opened
from models.record import record
from models.settings import Settings
from models.tables import Announcement, Destination, Posting, RealmCall
from tests.jobs.realms.chatting import Chat, chatting, installed_here, state, until
from tests.jobs.realms.extensions import install_extension
from tests.models.extensions.samples import LEAST, manifest
from tests.world import BAD, GOOD, World, make_world, saw

OF_EXTENSIONS = re.compile("(FROM|JOIN|INTO|UPDATE) (extension|realm_call|card_decoration)")
QUICK = DeliveryTimes(look=0.02)
HEARS = """
table.heard = { id_of_event = "text", kind = "text", incident = "-> incident", plugin = "text" }
[[hears]]
event = "incident.opened"
run = "told"
[[hears]]
event = "incident.resolved"
run = "told"
"""
CODE = """
def told(call, event):
    data = event["data"]
    if data["plugin"]["handle"] == "calendar":
        raise ValueError("it was calendar")
    call.log(call.ask("status", plugin="solved")["title"])
    told = dict(id_of_event=event["id"], kind=event["type"], plugin=data["plugin"]["handle"])
    call.add("heard", incident=data["incident"], **told)

def hello(call):
    return str([(row["kind"], row["incident"], row["plugin"]) for row in call.rows("heard")])

def care(call, incident, by=""):
    return "x"

add = plugins = fail = curious = hello
"""


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    return make_world(database, now, "solved", "calendar")


@pytest.fixture
def chat(world: World, database_url: str, root: Path, now: datetime) -> Iterator[Chat]:
    """The extension is on, and what it hears is delivered."""
    installed_here(world.database, root, now)
    install_extension(world.database, root, now, HEARS, code=CODE)
    settings = Settings(extensions_folder=root)
    with (
        hosting(world.database, settings),
        delivering(world.database, settings, QUICK),
        chatting(database_url) as chat,
    ):
        assert chat.ask("extension on acmejira").title == "Jira 1.2.0 is on"
        yield chat


def waiting(database: Database) -> list[Announcement]:
    """What was to be heard and was not yet."""
    with database.read() as session:
        rows = select(Announcement).where(Announcement.platform == EXTENSION)
        return [row for row in session.exec(rows) if row.sent_at is None]


def test_it_hears_of_an_incident_once_and_writes_with_that(chat: Chat, world: World) -> None:
    world.report(saw("solved", "p1", BAD))
    until(lambda: "incident.opened" in chat.ask("acmejira hello").title, "it hears")
    world.report(saw("solved", "p2", GOOD))
    until(lambda: "incident.resolved" in chat.ask("acmejira hello").title, "it hears of the end")
    until(lambda: not waiting(world.database), "both are marked")
    heard = "[('incident.opened', 1, 'solved'), ('incident.resolved', 1, 'solved')]"
    assert chat.ask("acmejira hello").title == heard
    again(world.database)
    assert chat.ask("acmejira hello").title == heard, "a process that died would send them again"


def sending(database: Database) -> Extensions:
    """What hands events on; of words in other languages there are none."""
    return Extensions(database, Path("nowhere"))


def again(database: Database) -> None:
    """Send what was sent once more."""
    with database.read() as session:
        rows = session.exec(select(Announcement).where(Announcement.platform == EXTENSION)).all()
    for row in rows:
        message = Message.from_json(row.message)
        sent = sending(database).send(Outgoing(row.id or 0, "acmejira", Posting.POST, message))
        assert sent == f"msg_{row.id}"


def test_what_fails_is_told_again_until_it_is_quarantined(chat: Chat, world: World) -> None:
    assert chat.ask("acmejira hello").title == "[]"
    world.report(saw("calendar", "p1", BAD))
    until(lambda: waiting(world.database)[0].attempts > 0, "it was tried")
    message = Message.from_json(waiting(world.database)[0].message)
    for _ in range(3):
        with pytest.raises(SendError):
            sending(world.database).send(Outgoing(7, "acmejira", Posting.POST, message))
    assert state(world.database)[0] == "quarantined"
    with pytest.raises(SendError, match="is not on") as caught:
        sending(world.database).send(Outgoing(7, "acmejira", Posting.POST, message))
    assert caught.value.retry_after
    assert waiting(world.database), "nothing is lost"


def test_what_is_off_hears_nothing_and_costs_nothing(chat: Chat, world: World) -> None:
    assert channels(world.database) == {EXTENSION}
    chat.ask("extension off acmejira")
    assert channels(world.database) == set()
    with world.database.read() as session:
        assert not session.exec(select(Destination).where(Destination.platform == EXTENSION)).all()
    off = statements(world, "solved")
    assert not waiting(world.database)
    chat.ask("extension on acmejira")
    # That there are letters is told on PostgreSQL by a statement of its own.
    on = [each for each in statements(world, "calendar") if "NOTIFY" not in str(each)]
    assert len(on) <= len(off) + 2, "one look-up of who listens, and the letters"


def test_without_any_a_batch_asks_nothing_of_extensions(world: World) -> None:
    """Neither of their tables nor of who hears; which channels are served is looked up once, where something broke."""
    good = world.a_report(saw("solved", "p1", GOOD))
    world.record(good)
    for broken, look_ups in ((False, 0), (True, 1)):
        asked = statements(world, "solved") if broken else said_again(world, good)
        about = [each for each in asked if OF_EXTENSIONS.search(each)]
        assert about == []
        assert sum("FROM open_channel" in each for each in asked) == look_ups, asked


def said_again(world: World, report: GuardReport) -> list[str]:
    """What a heartbeat asks of the database."""
    with world.database.write() as session, counting(session) as asked:
        record(session, [report], world.now)
    return list(map(str, asked))


def channels(database: Database) -> frozenset[str]:
    with database.read() as session:
        return opened(session)


def statements(world: World, handle: str) -> list[str]:
    """What a broken plugin asks of the database."""
    report = world.a_report(saw(handle, "p1", BAD))
    with world.database.write() as session, counting(session) as asked:
        record(session, [report], world.now)
    return list(map(str, asked))


def test_what_nobody_hears_is_not_called(chat: Chat, world: World) -> None:
    world.report(saw("solved", "p1", BAD))
    until(lambda: "incident.opened" in chat.ask("acmejira hello").title, "it hears")
    with world.database.read() as session:
        message = session.exec(
            select(Announcement.message).where(Announcement.platform == EXTENSION)
        ).one()
    other = Message.from_json(message.replace("incident.opened", "incident.changed"))
    sending(world.database).send(Outgoing(9, "acmejira", Posting.POST, other))
    with world.database.read() as session:
        events = session.exec(select(RealmCall.event).where(RealmCall.run == "told")).all()
    assert len(events) == 1


def test_what_does_not_happen_here_is_refused() -> None:
    with pytest.raises(
        ManifestError, match=r"'issue\.labelled' is nothing that happens here; that is issue.opened"
    ):
        manifest(LEAST + '[[hears]]\nevent = "issue.labelled"\nrun = "told"\n')
