"""What the announcer asks of a chat platform."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from models.database.engine import Session
from models.outbox.room import RoomEntry
from models.outbox.sending import Outgoing, SendError


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


@runtime_checkable
class StoringSender(Protocol):
    """A platform whose messages stand in our own database.

    The transaction that claims them stores them: each stands there once, whatever becomes of the process.
    """

    def store(
        self, session: Session, batch: Sequence[Outgoing], now: datetime
    ) -> list[RoomEntry | SendError]:
        """Store these, in this order; what stands of each, or why nothing does."""
        ...

    def draw(self, entries: Sequence[RoomEntry]) -> list[str]:
        """What people are shown of these. For any thread."""
        ...

    def show(self, frames: Sequence[str]) -> None:
        """Show what was stored, once that is certain. For the event loop's thread."""
        ...
