"""What stands in the local chat room: post, edit and read it. Nothing here commits."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, or_, select

from models.database import bulk
from models.messages.message import Message, Tone, UnreadableError
from models.tables import RoomMessage


class UnknownCardError(LookupError):
    """The card that was to be edited or replied to does not stand in the room."""


@dataclass(frozen=True, slots=True)
class RoomEntry:
    """A message of the room. `thread_id` is the card that it replies to, None for a card itself."""

    id: int
    thread_id: int | None
    broadcast: bool
    message: Message
    posted_at: datetime
    edited_at: datetime | None


def post(
    session: Session,
    outbox_id: int,
    thread_id: int | None,
    broadcast: bool,
    message: Message,
    now: datetime,
) -> RoomEntry:
    """Put a card, or a reply in the thread of card `thread_id`. A repeated `outbox_id` returns what stands.

    Raises:
        UnknownCardError: there is no such card to reply to.

    """
    posted = bulk.run(
        session,
        _POST,
        outbox_id=outbox_id,
        thread_id=thread_id,
        broadcast=broadcast,
        message=message.to_json(),
        now=now,
    )
    if posted:
        return RoomEntry(posted[0][0], thread_id, broadcast, message, now, None)
    repeated = select(RoomMessage).where(RoomMessage.outbox_id == outbox_id)
    if stands := session.exec(repeated).first():
        return _entry(stands)
    raise UnknownCardError(f"no card {thread_id} in the room")


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
SELECT :outbox_id, p.thread_id, :broadcast, :message, :now
FROM (SELECT CAST(:thread_id AS integer) AS thread_id) p
WHERE p.thread_id IS NULL OR EXISTS (SELECT 1 FROM room_message c WHERE c.id = p.thread_id AND c.thread_id IS NULL)
ON CONFLICT (outbox_id) DO NOTHING RETURNING id
"""
