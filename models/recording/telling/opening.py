"""A channel that may hear of private plugins, and that the platform does not call private any more."""

from datetime import datetime

from sqlmodel import Session, col, delete

from models import outbox
from models.messages.following import opened_notice
from models.rules.conversations import About, Conversation
from models.tables import Announcement, Destination, Posting


def open_up(session: Session, destination_id: int, now: datetime) -> None:
    """It hears of nothing private from now on, and is told so."""
    row = session.get_one(Destination, destination_id)
    if row.hears_private:
        hear_nothing_private(session, row)
        outbox.enqueue(
            session,
            destination_id,
            Conversation.on(About.OPENED, now.isoformat()),
            Posting.POST,
            opened_notice(),
            now,
        )


def hear_nothing_private(session: Session, row: Destination) -> None:
    """From now on the channel is told only what everyone in its workspace may know."""
    row.hears_private = False
    session.add(row)
    waiting = col(Announcement.sent_at).is_(None)
    session.exec(
        delete(Announcement).where(
            col(Announcement.destination_id) == row.id, col(Announcement.private), waiting
        )
    )
