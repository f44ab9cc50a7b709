"""What is handed to whoever sends a message, and how sending it fails."""

from dataclasses import dataclass

from models.messages.message import Message
from models.tables import Posting


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to send. `reference` is the platform's id of the conversation's card, once it stands.

    `attempts` counts from 1. From the second on, the message may stand already: an earlier try may have ended without
    an answer. The address is a channel's id; where `is_person` is set a user's, whose direct message it goes to.
    `conversation` names what a card and its replies have in common. A `private` one goes to a channel only while the
    platform calls that private.
    """

    outbox_id: int
    address: str
    action: Posting
    message: Message
    reference: str | None = None
    broadcast: bool = False
    attempts: int = 1
    is_person: bool = False
    conversation: str = ""
    private: bool = False


class SendError(Exception):
    """Sending failed, for a `reason` in words.

    `permanent` means that no retry of this message can help, `unreadable` that it was damaged in the database or
    stored by a newer version, `gone` that the destination takes no message at all any more; `opened` that
    the message is private and the channel is not; `retry_after` is in seconds, if the platform said.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        unreadable: bool = False,
        gone: bool = False,
        opened: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent or unreadable or opened
        self.unreadable = unreadable
        self.gone = gone
        self.opened = opened
        self.retry_after = retry_after
