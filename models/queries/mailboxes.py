"""Mailboxes that mails go to."""

from collections.abc import Callable
from hmac import compare_digest

from sqlmodel import Session, select

from models.outbox.ways_out import EMAIL
from models.tables import Destination
from models.views.mailboxes import MailboxView


def mailbox(session: Session, token: str, token_of: Callable[[str], str]) -> MailboxView | None:
    """The mailbox of this token; `token_of` makes the token of an address, for a token does not tell it."""
    found: MailboxView | None = None
    given = token.encode(errors="replace")
    rows = select(Destination.address, Destination.unsubscribed_at)
    for address, unsubscribed_at in session.exec(rows.where(Destination.platform == EMAIL)):
        if compare_digest(token_of(address).encode(), given):
            found = MailboxView(address, unsubscribed_at)
    return found
