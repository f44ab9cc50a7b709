"""What is damaged in the database, or was stored by a newer version, stops nothing but itself."""

import json
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy
from sqlmodel import col, select, update

from models import outbox
from models.database.engine import Database
from models.messages.message import Facts, Message, UnreadableError
from models.outbox import room
from models.outbox.sending import SendError
from models.recording.telling.delivering import SentClaim, mark, outgoing
from models.recording.telling.parking import park
from models.tables import Announcement, Destination, Plugin, Posting, RoomMessage, Subscription
from tests.world import BAD, GOOD, make_world, saw

SOUND = {"title": "a", "tone": "info", "blocks": []}
DAMAGED = [
    "",
    "{",
    "[" * 100_000,
    "null",
    "[]",
    json.dumps({**SOUND, "tone": "jubilant"}),
    json.dumps({**SOUND, "title": 5}),
    json.dumps({**SOUND, "blocks": [{"kind": "poll", "options": []}]}),
    json.dumps({**SOUND, "blocks": [{"kind": "text", "text": "a", "loud": True}]}),
    json.dumps({**SOUND, "blocks": [{"kind": "text", "text": ["a"]}]}),
    json.dumps({**SOUND, "blocks": [{"kind": "facts", "pairs": [["a"]]}]}),
    json.dumps({**SOUND, "blocks": [{"kind": "table", "header": ["a"], "rows": [5]}]}),
    json.dumps({**SOUND, "blocks": [{"kind": "items", "items": "abc"}]}),
    json.dumps({**SOUND, "blocks": ["text"]}),
]


def damage(database: Database, table: Any, **values: object) -> None:
    with database.write() as session:
        session.exec(update(table).values(**values))


@pytest.mark.parametrize("stored", DAMAGED)
def test_what_nobody_stored_is_no_message(stored: str) -> None:
    with pytest.raises(UnreadableError, match="cannot be read"):
        Message.from_json(stored)


def test_what_was_stored_is_read() -> None:
    message = Message("a", blocks=(Facts((("b", "c"),)),))
    assert Message.from_json(message.to_json()) == message


@pytest.mark.parametrize("wrong", [{"message": "{"}, {"action": "poll"}])
def test_an_unreadable_row_is_put_aside_and_told_once_and_its_conversation_goes_on(
    database: Database, now: datetime, wrong: dict[str, str]
) -> None:
    with database.write() as session:
        session.add(Destination(platform="slack", address="C1", name="ops"))
        session.flush()
        to = session.exec(select(Destination.id).where(Destination.platform == "slack")).one() or 0
        for title in ("one", "two"):
            outbox.enqueue(session, to, title, Posting.POST, Message(title), now)
            outbox.enqueue(session, to, title, Posting.REPLY, Message("reply"), now)
        posts = col(Announcement.action) == Posting.POST
        session.exec(update(Announcement).where(posts).values(**wrong))
        claims = outbox.claim(session, ["slack"], now)
        sent = [SentClaim(claim, _error(claim)) for claim in claims]
        assert [len(sent), len(mark(session, sent, now))] == [2, 2]
        assert [claim.message.title for claim in outbox.claim(session, ["slack"], now)] == [
            "reply",
            "reply",
        ]
        told = outbox.claim(session, ["local"], now)
    assert [claim.message.title for claim in told] == ["A message to ops (slack) was put aside"]


def _error(claim: outbox.Claim) -> SendError:
    with pytest.raises(SendError, match=r"cannot be read|not a valid Posting") as caught:
        outgoing(claim, "")
    return caught.value


def test_a_parked_channels_other_cards_are_given_to_the_guardians(
    database: Database, now: datetime
) -> None:
    with database.write() as session:
        session.add(Destination(platform="slack", address="C1", name="ops"))
        session.flush()
        to = session.exec(select(Destination.id).where(Destination.platform == "slack")).one() or 0
        outbox.enqueue(session, to, "incident:1", Posting.POST, Message("one"), now)
        session.exec(update(Announcement).values(message="{"))
        outbox.enqueue(session, to, "incident:2", Posting.POST, Message("two"), now)
        park(session, to, "archived", now)
        titles = [claim.message.title for claim in outbox.claim(session, ["local"], now)]
    assert titles == ["Messages to ops (slack) are held back", "two"]


def test_the_room_shows_what_stands_around_an_unreadable_message(
    database: Database, now: datetime
) -> None:
    with database.write() as session:
        cards = [room.NewEntry(number, None, False, Message(f"card {number}")) for number in (1, 2)]
        room.post(session, cards, now)
        session.exec(update(RoomMessage).where(col(RoomMessage.outbox_id) == 1).values(message="{"))
        session.expire_all()
        titles = [entry.message.title for entry in room.recent(session, 9)]
    assert titles == ["A message that this version cannot read", "card 2"]


@pytest.mark.parametrize(
    ("columns", "heard"),
    [
        ({"topics": ["broken", "polls", 5]}, True),
        ({"topics": {"broken": 1}}, False),
        ({"topics": None}, False),
        ({"without_labels": [5, {}]}, True),
    ],
)
def test_an_odd_subscription_stops_no_report(
    database: Database, now: datetime, columns: dict[str, object], heard: bool
) -> None:
    world = make_world(database, now, "solved")
    damage(database, Subscription, **columns)
    damage(database, Destination, least="dreadful")
    world.report(saw("solved", "a1", GOOD))
    world.report(saw("solved", "b1", BAD))
    assert len(world.incidents()) == 1
    assert bool(world.announced()) is heard


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_text_that_is_no_json_reads_as_an_empty_value(database: Database, now: datetime) -> None:
    """SQLite alone keeps such text: PostgreSQL refuses it when it is written."""
    make_world(database, now, "solved")
    with database.write() as session:
        for column in ("tags", "problems"):
            session.connection().execute(sqlalchemy.text(f"UPDATE plugin SET {column} = '[1,'"))
    with database.read() as session:
        plugin = session.exec(select(Plugin)).one()
        assert (plugin.tags, plugin.problems) == ([], [])
