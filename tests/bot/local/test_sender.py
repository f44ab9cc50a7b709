"""Storing in the room: together, repeatable, and each failure by itself."""

import pytest

from models.database.engine import Database
from models.messages.message import Message
from models.outbox.room import RoomEntry, recent
from models.outbox.sending import SendError
from models.tables import Posting
from tests.bot.local.conftest import BROKEN, FIXED, Room, outgoing


def standing(database: Database) -> list[RoomEntry]:
    with database.read() as session:
        return recent(session, 1000)


async def test_a_card_its_edit_and_its_thread(room: Room) -> None:
    card = await room.post(BROKEN)
    reply = await room.reply(card, FIXED, broadcast=True)
    assert await room.edit(card, FIXED) == card
    stands, answered = standing(room.database)
    assert (str(stands.id), stands.message) == (card, FIXED)
    assert stands.edited_at is not None
    assert (str(answered.id), str(answered.thread_id), answered.broadcast) == (reply, card, True)


async def test_storing_again_changes_nothing(room: Room) -> None:
    post = outgoing(Posting.POST)
    card = room.send(post)
    for action in (Posting.EDIT, Posting.REPLY):
        again = outgoing(action, FIXED, card)
        assert room.send(again) == room.send(again)
    before = standing(room.database)
    assert room.send(post) == card
    assert standing(room.database) == before


async def test_what_is_stored_together_stands_in_its_order(room: Room) -> None:
    card = await room.post()
    cards = [Message(f"card {number}") for number in range(10)]
    room.send(
        *(outgoing(Posting.POST, each) for each in cards),
        outgoing(Posting.EDIT, FIXED, card),
        outgoing(Posting.REPLY, BROKEN, card),
    )
    assert [entry.message for entry in standing(room.database)] == [FIXED, *cards, BROKEN]


@pytest.mark.parametrize("action", [Posting.EDIT, Posting.REPLY])
@pytest.mark.parametrize("reference", ["", "999", "1e3", "-1", "first"])
async def test_an_unknown_card_is_a_permanent_error_of_its_message_alone(
    room: Room, action: Posting, reference: str
) -> None:
    with pytest.raises(SendError) as lost:
        room.send(outgoing(Posting.POST), outgoing(action, FIXED, reference))
    assert lost.value.permanent
    assert [entry.message for entry in standing(room.database)] == [BROKEN]


@pytest.mark.parametrize("action", [Posting.EDIT, Posting.REPLY])
async def test_what_follows_a_card_that_was_put_aside_stands_by_itself(
    room: Room, action: Posting
) -> None:
    sent = room.send(outgoing(action, FIXED, None))
    (entry,) = standing(room.database)
    assert (str(entry.id), entry.thread_id, entry.message) == (sent, None, FIXED)
