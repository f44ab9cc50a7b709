"""Destinations that take no messages any more: parked, told of, and tried again after a restart."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from sqlmodel import Session, col, select, update

from models import outbox
from models.messages.delivery import parked_notice, put_aside_notice
from models.messages.message import Message, UnreadableError
from models.outside import OUTSIDE
from models.recording.listening import guardians
from models.tables import Action, Announcement, Destination


def park(session: Session, destination_id: int, reason: str, now: datetime) -> None:
    """Send the destination nothing more, keep what waits for it, and tell the guardians elsewhere.

    They are also given the cards that were due in a channel; what is due to a person, or outside of chat, is kept.
    """
    destination = session.get_one(Destination, destination_id)
    if destination.parked_at is not None:
        return
    destination.parked_at, destination.parked_because = now, reason
    session.flush()
    is_outside = destination.platform in OUTSIDE
    keeps = destination.is_person or is_outside
    process = "python -m jobs" if is_outside else "the bot"
    notice = parked_notice(destination.platform, destination.name, reason, process, keeps=keeps)
    cards = [] if keeps else _due_cards(session, destination_id)
    for guardian_id in guardians(session):
        parked = f"parked:{destination_id}:{now.timestamp():.0f}"
        outbox.enqueue(session, guardian_id, parked, Action.POST, notice, now)
        for conversation, card in cards:
            if not outbox.has_card(session, guardian_id, conversation):
                outbox.enqueue(session, guardian_id, conversation, Action.POST, card, now)


def tell_put_aside(session: Session, destination_id: int, row_id: int, reason: str, now: datetime) -> None:
    """Tell the guardians that a message was put aside, once a day for each destination."""
    destination = session.get_one(Destination, destination_id)
    notice = put_aside_notice(destination.platform, destination.name, row_id, reason)
    told = f"put-aside:{destination_id}:{now:%Y-%m-%d}"
    for guardian_id in guardians(session):
        if not outbox.has_card(session, guardian_id, told):
            outbox.enqueue(session, guardian_id, told, Action.POST, notice, now)


def unpark(session: Session, platforms: Sequence[str]) -> None:
    """Try the platforms' parked destinations again."""
    session.exec(
        update(Destination)
        .where(col(Destination.platform).in_(platforms), col(Destination.parked_at).is_not(None))
        .values(parked_at=None, parked_because=None)
    )


def _due_cards(session: Session, destination_id: int) -> list[tuple[str, Message]]:
    """The cards that wait to be posted, oldest first, each with its conversation."""
    rows = session.exec(
        select(Announcement.conversation, Announcement.message)
        .where(Announcement.destination_id == destination_id, Announcement.action == Action.POST)
        .where(col(Announcement.sent_at).is_(None), col(Announcement.dead_at).is_(None))
        .order_by(col(Announcement.id))
    )
    cards: list[tuple[str, Message]] = []
    for conversation, message in rows:
        with suppress(UnreadableError):  # its own turn will come, and tell of it
            cards.append((conversation, Message.from_json(message)))
    return cards
