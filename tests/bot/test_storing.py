"""What stands in our own database is stored by the transaction that claims it: once, in order, whatever fails."""

from collections.abc import Sequence
from datetime import datetime

import pytest
from sqlmodel import select, update

from bot.announcer import AnnouncerPatience
from bot.storing import MOST_STORED, Storing
from models import outbox
from models.database.engine import Database, Session
from models.extensions.additions import Additions
from models.outbox.room import NewEntry, RoomEntry, post, recent
from models.outbox.sending import Outgoing, SendError
from models.recording.telling.delivering import mark
from models.tables import Announcement, Destination, Posting
from tests.bot.test_announcer import announcing, put, rows, until

PATIENCE = AnnouncerPatience(out_of_reach=0.01)


class Board:
    """Stores as the room does, and remembers what it showed; what it breaks at is a mistake of its own."""

    def __init__(self, breaks_at: str = "") -> None:
        self.shown: list[str] = []
        self._breaks_at = breaks_at

    def store(
        self, session: Session, batch: Sequence[Outgoing], now: datetime
    ) -> list[RoomEntry | SendError]:
        posts = [
            NewEntry(each.outbox_id, _card(each), each.broadcast, each.message) for each in batch
        ]
        entries = post(session, posts, now)
        if self._breaks_at in {each.message.title for each in batch}:
            raise OSError("the board broke")
        return [each or SendError("no card", permanent=True) for each in entries]

    def draw(self, entries: Sequence[RoomEntry]) -> list[str]:
        return [each.message.title for each in entries]

    def show(self, frames: Sequence[str]) -> None:
        self.shown += frames


def _card(outgoing: Outgoing) -> int | None:
    return int(outgoing.reference) if outgoing.reference else None


@pytest.fixture
def room(database: Database) -> int:
    with database.read() as session:
        return session.exec(select(Destination.id)).one() or 0


def standing(database: Database) -> list[tuple[str, str | None]]:
    """What stands, and below what."""
    with database.read() as session:
        entries = recent(session, 100)
    titles = {each.id: each.message.title for each in entries}
    return [(each.message.title, titles.get(each.thread_id or 0)) for each in entries]


def claimed(database: Database, now: datetime) -> list[outbox.Claim]:
    with database.write() as session:
        return outbox.claim(session, ["local"], now)


def test_a_card_and_what_waits_behind_it_are_stored_together(
    database: Database, room: int, now: datetime
) -> None:
    for title in ("card", "reply", "another"):
        put(database, room, now, title)
    put(database, room, now, "card 2", "incident:2")
    claims = claimed(database, now)
    assert [each.message.title for each in claims] == ["card", "card 2"]
    with database.write() as session:
        stored = Storing({"local": Board()}, "", Additions()).store(session, claims, now)
    assert sorted(each.claim.id for each in stored.marks) == [each.id for each in rows(database)]
    assert standing(database) == [
        ("card", None),
        ("card 2", None),
        ("reply", "card"),
        ("another", "card"),
    ]


def test_one_transaction_stores_so_many_and_the_next_one_goes_on(
    database: Database, room: int, now: datetime
) -> None:
    for number in range(MOST_STORED + 5):
        put(database, room, now, f"message {number}")
    storing = Storing({"local": Board()}, "", Additions())
    numbers = []
    while claims := claimed(database, now):
        with database.write() as session:
            stored = storing.store(session, claims, now)
            mark(session, stored.marks, now)
        numbers.append(len(stored.marks))
    assert numbers == [MOST_STORED, 5]
    assert [title for title, _ in standing(database)] == [
        f"message {number}" for number in range(MOST_STORED + 5)
    ]


def test_what_is_behind_a_message_that_is_refused_waits(
    database: Database, room: int, now: datetime
) -> None:
    put(database, room, now, "card")
    put(database, room, now, "reply")
    with database.write() as session:
        session.exec(update(Announcement).where(Announcement.id == 1).values(message="{}"))
    with database.write() as session:
        claims = outbox.claim(session, ["local"], now)
        stored = Storing({"local": Board()}, "", Additions()).store(session, claims, now)
    ((refused, error),) = stored.marks
    assert refused.action == Posting.POST
    assert isinstance(error, SendError)
    assert standing(database) == []


def test_replies_whose_card_was_put_aside_stand_by_themselves(
    database: Database, room: int, now: datetime
) -> None:
    put(database, room, now, "reply")
    put(database, room, now, "another")
    claims = claimed(database, now)
    with database.write() as session:
        Storing({"local": Board()}, "", Additions()).store(session, claims, now)
    assert standing(database) == [("reply", None), ("another", None)]


async def test_it_is_shown_and_marked_once(database: Database, room: int, now: datetime) -> None:
    for number in range(30):
        put(database, room, now, f"card {number}", f"incident:{number}")
        put(database, room, now, f"reply {number}", f"incident:{number}")
    board = Board()
    async with announcing(database, local=board) as announcer:
        await until(lambda: all(row.sent_at for row in rows(database)))
        put(database, room, now, "reply", "incident:3")
        announcer.wake()
        await until(lambda: all(row.sent_at for row in rows(database)))
    assert {row.attempts for row in rows(database)} == {1}
    assert len(board.shown) == len(set(board.shown)) == 61
    assert ("reply", "card 3") in standing(database)


async def test_what_cannot_be_stored_keeps_no_other_from_it(
    database: Database, room: int, now: datetime
) -> None:
    for title in ("card", "card that breaks it", "card 3"):
        put(database, room, now, title, f"incident:{title}")
    put(database, room, now, "reply", "incident:card")
    board = Board("card that breaks it")
    async with announcing(database, PATIENCE, local=board):
        await until(lambda: sum(bool(row.sent_at) for row in rows(database)) == 3)
    assert sorted(board.shown) == ["card", "card 3", "reply"]
    (waiting,) = [row for row in rows(database) if not row.sent_at]
    assert waiting.error == "the sender failed with OSError"
    assert not waiting.dead_at
    assert waiting.due_at > now
