"""What stands in the local chat room: post, edit and read it. Nothing here commits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, or_, select

from models.database import bulk
from models.messages.message import Message, Tone, UnreadableError
from models.tables import RoomMessage


class UnknownCardError(LookupError):
    """The card that was to be edited does not stand in the room."""


@dataclass(frozen=True, slots=True)
class RoomEntry:
    """A message of the room. `thread_id` is the card that it replies to, None for a card itself."""

    id: int
    thread_id: int | None
    broadcast: bool
    message: Message
    posted_at: datetime
    edited_at: datetime | None


class NewEntry(NamedTuple):
    """What to put up: a card, or a reply in the thread of card `thread_id`, by the row of the outbox that says so."""

    outbox_id: int
    thread_id: int | None
    broadcast: bool
    message: Message


def post(session: Session, posts: Sequence[NewEntry], now: datetime) -> list[RoomEntry | None]:
    """Put these up, in their order; of each what stands. What was put up before is not put up again.

    None stands for a reply to a card that is not there.
    """
    rows = [(*each[:-1], each.message.to_json(), place) for place, each in enumerate(posts)]
    new = dict(bulk.run(session, _POST, rows, now=now)) if rows else {}
    stands = dict(
        _repeated(session, [each.outbox_id for each in posts if each.outbox_id not in new])
    )
    entries: list[RoomEntry | None] = []
    for outbox_id, thread_id, broadcast, message in posts:
        if outbox_id in new:
            entry = RoomEntry(new[outbox_id], thread_id, broadcast, message, now, None)
            entries.append(entry)
        else:
            entries.append(stands.get(outbox_id))
    return entries


def _repeated(session: Session, outbox_ids: Sequence[int]) -> Iterator[tuple[int, RoomEntry]]:
    """What stands already of these."""
    if outbox_ids:
        for row in session.exec(
            select(RoomMessage).where(col(RoomMessage.outbox_id).in_(outbox_ids))
        ):
            yield row.outbox_id, _entry(row)


def edit(
    session: Session, outbox_id: int, message_id: int, message: Message, now: datetime
) -> RoomEntry:
    """Change a card in place. A repeated or overtaken edit changes nothing and returns what stands.

    Raises:
        UnknownCardError: there is no such card.

    """
    card = _card(session, message_id)
    if outbox_id > max(card.outbox_id, card.edit_outbox_id or 0):
        card.edit_outbox_id = outbox_id
        card.message = message.to_json()
        card.edited_at = now
        session.add(card)
    return _entry(card)


def recent(session: Session, limit: int) -> list[RoomEntry]:
    """The last `limit` cards with all of their threads, oldest first."""
    is_card = col(RoomMessage.thread_id).is_(None)
    cards = session.exec(
        select(RoomMessage.id).where(is_card).order_by(col(RoomMessage.id).desc()).limit(limit)
    ).all()
    of_these = or_(col(RoomMessage.id).in_(cards), col(RoomMessage.thread_id).in_(cards))
    rows = session.exec(select(RoomMessage).where(of_these).order_by(col(RoomMessage.id))).all()
    return [_entry(row) for row in rows]


def _card(session: Session, message_id: int) -> RoomMessage:
    card = session.get(RoomMessage, message_id)
    if card is None or card.thread_id is not None:
        raise UnknownCardError(f"no card {message_id} in the room")
    return card


def _entry(row: RoomMessage) -> RoomEntry:
    if row.id is None:
        raise ValueError("a room message is an entry only once it is stored")
    return RoomEntry(
        row.id, row.thread_id, row.broadcast, _message(row), row.posted_at, row.edited_at
    )


def _message(row: RoomMessage) -> Message:
    """What the row says; of one that cannot be read, that it stands there."""
    try:
        return Message.from_json(row.message)
    except UnreadableError:
        return Message("A message that this version cannot read", Tone.UNKNOWN)


# Each alert takes it twice while no other writer may write; SQLModel's rows took five times as long.
_POST = """
INSERT INTO room_message (outbox_id, thread_id, broadcast, message, posted_at)
SELECT r.outbox_id, r.thread_id, r.broadcast, r.message, :now
FROM {rows(outbox_id int, thread_id int, broadcast boolean, message text, place int)} r
WHERE r.thread_id IS NULL OR EXISTS (SELECT 1 FROM room_message c WHERE c.id = r.thread_id AND c.thread_id IS NULL)
ORDER BY r.place
ON CONFLICT (outbox_id) DO NOTHING RETURNING outbox_id, id
"""
