"""What the announcer asks of a chat platform."""

from typing import Protocol

from models.outbox.sending import Outgoing


class Sender(Protocol):
    """A platform that can be sent to."""

    @property
    def seconds_between(self) -> float:
        """How many seconds lie between two messages of one lane: what is posted at a destination, or what is edited.

        At zero the platform takes any number at once.
        """
        ...

    async def send(self, outgoing: Outgoing) -> str:
        """Post, edit or reply; return the platform's id of the card or reply.

        An edit whose card is not there any more posts it again and returns the new one's id.

        Raises:
            SendError: the platform did not take it.

        """
        ...
