"""What is done when a channel that hears of private plugins was opened: the platform calls it private no more."""

from datetime import datetime

from sqlmodel import Session, col, delete

from models import outbox
from models.messages.channel_style import opened_notice
from models.rules.conversations import About, Conversation
from models.rules.speaking import speaking
from models.tables import Announcement, Destination, Posting


def note_opened(session: Session, destination_id: int, now: datetime) -> None:
    """Tell the opened channel of nothing private from now on, and say so there, if it heard of private plugins."""
    row = session.get_one(Destination, destination_id)
    if row.hears_private:
        hear_nothing_private(session, row)
        with speaking(row.language):
            notice = opened_notice()
        about = Conversation.on(About.OPENED, now.isoformat())
        outbox.enqueue(session, destination_id, about, Posting.POST, notice, now)


def hear_nothing_private(session: Session, row: Destination) -> None:
    """Tell the channel only what everyone in its workspace may know. Private news that waits for it is deleted."""
    row.hears_private = False
    session.add(row)
    session.exec(
        delete(Announcement).where(
            col(Announcement.destination_id) == row.id,
            col(Announcement.private),
            col(Announcement.sent_at).is_(None),
        )
    )
    outbox.let_go_on(session, [row.id or 0])
