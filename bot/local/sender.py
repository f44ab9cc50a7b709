"""Puts messages into the local room, in the transaction that claims them, and then shows them to the browsers."""

from collections.abc import Sequence
from datetime import datetime

from bot.local.listener import LocalListener
from bot.local.wire import entry_frame
from models.database.engine import Session
from models.outbox.room import NewEntry, RoomEntry, UnknownCardError, edit, post
from models.outbox.sending import Outgoing, SendError
from models.tables import Posting


class LocalSender:
    """A `bot.sender.StoringSender` for the local room. Storing one again changes nothing."""

    def __init__(self, room: LocalListener) -> None:
        self._room = room

    def store(
        self, session: Session, batch: Sequence[Outgoing], now: datetime
    ) -> list[RoomEntry | SendError]:
        """Post, edit or reply; of each what stands in the room.

        What is meant for a card that is not there is a permanent SendError.
        """
        found: dict[int, RoomEntry | SendError] = {}
        posts: list[NewEntry] = []
        for each in batch:
            try:
                card = _card(each)
                if card is not None and each.action is Posting.EDIT:
                    found[each.outbox_id] = edit(session, each.outbox_id, card, each.message, now)
                else:
                    posts.append(NewEntry(each.outbox_id, card, each.broadcast, each.message))
            except UnknownCardError as error:
                found[each.outbox_id] = SendError(str(error), permanent=True)
        for posted, entry in zip(posts, post(session, posts, now), strict=True):
            found[posted.outbox_id] = entry or SendError(
                f"no card {posted.thread_id} in the room", permanent=True
            )
        return [found[each.outbox_id] for each in batch]

    def draw(self, entries: Sequence[RoomEntry]) -> list[str]:
        """The frames that show these."""
        return [entry_frame(each) for each in entries]

    def show(self, frames: Sequence[str]) -> None:
        """Show them in every connected browser."""
        self._room.broadcast(frames)


def _card(outgoing: Outgoing) -> int | None:
    """The card that is meant; None for a new one, and where the one that was to stand was put aside.

    Raises:
        UnknownCardError: it is no card's number.
    """
    if outgoing.action is Posting.POST or outgoing.reference is None:
        return None
    if not outgoing.reference.isdecimal():
        raise UnknownCardError(f"{outgoing.reference!r} is no card of the local room")
    return int(outgoing.reference)
