"""What the announcer asks of a chat platform."""

from dataclasses import dataclass
from typing import Protocol

from models.messages.message import Message
from models.tables import Action


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to send. `reference` is the platform's id of the conversation's card, once it stands.

    `attempts` counts from 1. From the second on, the message may stand already: an earlier try may have ended without
    an answer. The address is a channel's id; where `is_person` is set a user's, whose direct message it goes to.
    """

    outbox_id: int
    address: str
    action: Action
    message: Message
    reference: str | None = None
    broadcast: bool = False
    attempts: int = 1
    is_person: bool = False


class SendError(Exception):
    """Sending failed, for a `reason` in words.

    `permanent` means that no retry of this message can help, `gone` that the destination takes no message at all any
    more; `retry_after` is in seconds, if the platform said.
    """

    def __init__(
        self, reason: str, *, permanent: bool = False, gone: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.gone = gone
        self.retry_after = retry_after


class Sender(Protocol):
    """A platform that can be sent to."""

    async def send(self, outgoing: Outgoing) -> str:
        """Post, edit or reply; return the platform's id of the card or reply.

        An edit whose card is not there any more posts it anew and returns the new one's id.

        Raises:
            SendError: the platform did not take it.

        """
        ...
