"""What stands in the local chat room: post, edit and read it. Nothing here commits."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, or_, select

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
    message_json: str,
    now: datetime,
) -> RoomEntry:
    """Put a card, or a reply in the thread of card `thread_id`. A repeated `outbox_id` returns what stands.

    Raises:
        UnknownCardError: there is no such card to reply to.

    """
    stored = session.exec(
        select(RoomMessage).where(RoomMessage.outbox_id == outbox_id)
    ).one_or_none()
    if stored is None:
        if thread_id is not None:
            _card(session, thread_id)
        stored = RoomMessage(
            outbox_id=outbox_id,
            thread_id=thread_id,
            broadcast=broadcast,
            message=message_json,
            posted_at=now,
        )
        session.add(stored)
        session.flush()
    return _entry(stored)


def edit(
    session: Session, outbox_id: int, message_id: int, message_json: str, now: datetime
) -> RoomEntry:
    """Change a card in place. A repeated or overtaken edit changes nothing and returns what stands.

    Raises:
        UnknownCardError: there is no such card.

    """
    card = _card(session, message_id)
    if outbox_id > max(card.outbox_id, card.edit_outbox_id or 0):
        card.edit_outbox_id = outbox_id
        card.message = message_json
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
