"""What stands in the room, on both databases."""

from datetime import datetime, timedelta

import pytest

from models.database.engine import Database, Session
from models.messages.message import Message
from models.outbox.room import NewEntry, RoomEntry, UnknownCardError, edit, post, recent

SAID = Message("said")
CHANGED = Message("changed")


def put(
    session: Session,
    now: datetime,
    outbox_id: int,
    thread_id: int | None,
    message: Message,
    *,
    broadcast: bool = False,
) -> RoomEntry | None:
    (entry,) = post(session, [NewEntry(outbox_id, thread_id, broadcast, message)], now)
    return entry


def test_a_posted_card_stands_there_as_it_was_said(database: Database, now: datetime) -> None:
    with database.write() as session:
        posted = put(session, now, 1, None, SAID)
    with database.read() as session:
        assert recent(session, 10) == [posted]
    assert posted == RoomEntry(posted.id, None, False, Message("said"), now, None)


def test_a_repeated_post_returns_what_stands(database: Database, now: datetime) -> None:
    with database.write() as session:
        first = put(session, now, 1, None, SAID)
    with database.write() as session:
        assert put(session, now + timedelta(hours=1), 1, None, CHANGED) == first


def test_an_edit_changes_the_card_in_place(database: Database, now: datetime) -> None:
    with database.write() as session:
        card = put(session, now, 1, None, SAID)
        edited = edit(session, 2, card.id, CHANGED, now + timedelta(minutes=1))
    assert edited == RoomEntry(
        card.id, None, False, Message("changed"), now, now + timedelta(minutes=1)
    )


@pytest.mark.parametrize("late", [2, 3])
def test_a_repeated_or_overtaken_edit_changes_nothing(
    database: Database, now: datetime, late: int
) -> None:
    with database.write() as session:
        card = put(session, now, 1, None, SAID)
        newest = edit(session, 3, card.id, CHANGED, now)
    with database.write() as session:
        assert edit(session, late, card.id, SAID, now + timedelta(hours=1)) == newest


def test_only_cards_that_stand_are_edited_and_replied_to(database: Database, now: datetime) -> None:
    with database.write() as session:
        card = put(session, now, 1, None, SAID)
        reply = put(session, now, 2, card.id, SAID)
    for missing in (reply.id, 999):
        with database.write() as session, pytest.raises(UnknownCardError):
            edit(session, 3, missing, CHANGED, now)
        with database.write() as session:
            assert put(session, now, 4, missing, SAID) is None


def test_recent_is_the_last_cards_with_all_of_their_threads_oldest_first(
    database: Database, now: datetime
) -> None:
    with database.write() as session:
        cards = [put(session, now, number, None, SAID) for number in range(1, 5)]
        replies = [
            put(session, now, 10 + card.id, card.id, SAID, broadcast=True)
            for card in reversed(cards)
        ]
    with database.read() as session:
        shown = recent(session, 2)
    assert shown == [cards[2], cards[3], replies[0], replies[1]]
    assert all(entry.broadcast for entry in shown[2:])


def test_an_empty_room_has_nothing_recent(database: Database) -> None:
    with database.read() as session:
        assert recent(session, 10) == []
