"""Readers of mails, who want no more of them."""

from datetime import datetime

from sqlmodel import Session, select

from models.events import Outcome
from models.events.mailboxes import MailWish
from models.outbox.turned_off import end_waiting_at
from models.outbox.ways_out import EMAIL
from models.tables import Destination


def record_mail_wish(session: Session, wish: MailWish, now: datetime) -> Outcome:
    """Send the mailbox nothing more, what waits included, or send to it again; `number` is 1 where that changed."""
    known = select(Destination).where(
        Destination.platform == EMAIL, Destination.address == wish.address
    )
    row = session.exec(known).first()
    if row is None or bool(row.unsubscribed_at) is wish.ends:
        return Outcome()
    row.unsubscribed_at = now if wish.ends else None
    if wish.ends:
        end_waiting_at(session, row, "its reader wants no more mails", now)
    return Outcome(number=1)
