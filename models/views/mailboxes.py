"""What the queries answer of mailboxes."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MailboxView:
    """An address that mails go to, or went to until `unsubscribed_at`."""

    address: str
    unsubscribed_at: datetime | None
