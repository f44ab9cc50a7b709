"""Sending to the room: grouped, repeatable, and each failure to its own caller."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.local.listener import LocalListener
from bot.local.sender import LocalSender
from models.database.engine import Database, Session
from models.messages.message import Message
from models.outbox.room import RoomEntry, recent
from models.outbox.sending import Outgoing, SendError
from models.tables import Posting
from tests.asking import DICTIONARY, by_text
from tests.bot.local.conftest import BROKEN, FIXED, NAMES, Room, outgoing


class Watched(Database):
    """Counts its transactions, and refuses the next one when told to."""

    writes = 0
    refuses = False

    @contextmanager
    def write(self) -> Iterator[Session]:
        self.writes += 1
        if self.refuses:
            raise OSError("the disk is full of secrets")
        with super().write() as session:
            yield session


@pytest.fixture
def database(database_url: str) -> Iterator[Watched]:
    database = Watched(database_url)
    yield database
    database.close()


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


async def test_sending_again_changes_nothing(room: Room) -> None:
    post = outgoing(Posting.POST)
    card = await room.sender.send(post)
    for action in (Posting.EDIT, Posting.REPLY):
        again = outgoing(action, FIXED, card)
        assert await room.sender.send(again) == await room.sender.send(again)
    before = standing(room.database)
    assert await room.sender.send(post) == card
    assert standing(room.database) == before


async def test_what_waits_together_shares_a_transaction(room: Room, database: Watched) -> None:
    cards = await asyncio.gather(*(room.post(Message(f"card {number}")) for number in range(100)))
    assert len(set(cards)) == 100
    assert [entry.message.title for entry in standing(database)] == [
        f"card {number}" for number in range(100)
    ]
    assert database.writes <= 2


@pytest.mark.parametrize("reference", ["", "999", "1e3", "-1", "first"])
async def test_an_unknown_card_is_a_permanent_error_of_its_sender_alone(
    room: Room, reference: str | None
) -> None:
    lost = outgoing(Posting.EDIT, FIXED, reference)
    good, bad = await asyncio.gather(room.post(), room.sender.send(lost), return_exceptions=True)
    assert isinstance(good, str)
    assert isinstance(bad, SendError)
    assert bad.permanent


@pytest.mark.parametrize("action", [Posting.EDIT, Posting.REPLY])
async def test_what_follows_a_card_that_was_put_aside_stands_by_itself(
    room: Room, action: Posting
) -> None:
    sent = await room.sender.send(outgoing(action, FIXED, None))
    (entry,) = standing(room.database)
    assert (str(entry.id), entry.thread_id, entry.message) == (sent, None, FIXED)


async def test_a_message_that_the_database_refuses_sinks_no_other(room: Room) -> None:
    too_large = Outgoing(2**70, "", Posting.POST, BROKEN)
    sends = (room.post(), room.sender.send(too_large), room.post())
    first, refused, last = await asyncio.gather(*sends, return_exceptions=True)
    assert isinstance(refused, SendError)
    assert [str(entry.id) for entry in standing(room.database)] == [first, last]


async def test_a_failing_database_is_worth_another_try(room: Room, database: Watched) -> None:
    message = outgoing(Posting.POST)
    database.refuses = True
    with pytest.raises(SendError) as failed:
        await room.sender.send(message)
    assert not failed.value.permanent
    assert "secrets" not in failed.value.reason
    database.refuses = False
    assert await room.sender.send(message)


async def test_a_caller_that_gave_up_disturbs_nobody(room: Room) -> None:
    impatient = asyncio.create_task(room.post(Message("impatient")))
    await asyncio.sleep(0)
    impatient.cancel()
    card = await room.post(Message("patient"))
    assert card in {str(entry.id) for entry in standing(room.database)}


async def test_closing_stores_what_waits(database: Watched) -> None:
    sender = LocalSender(
        database,
        LocalListener(
            database, DICTIONARY, by_text(lambda text, _asker: Message(text)), lambda: NAMES
        ),
    )
    waiting = [asyncio.create_task(sender.send(outgoing(Posting.POST))) for _ in range(3)]
    await asyncio.sleep(0)
    await sender.close()
    assert [str(entry.id) for entry in standing(database)] == [await one for one in waiting]
