"""Messages to the chats that extensions bring: each is a call of a handler, which answers the id that it got there."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial

from models.actions.realms import Realms
from models.database.engine import Database, Session
from models.extensions import calls, chats
from models.messages.drawing import in_words
from models.outbox.sending import Outgoing, SendError

_PAUSE = 60.0


class ExtensionChats:
    """Sends to the chats of the extensions that are on."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._realms = Realms(database)
        self._mark: tuple[tuple[str, str], ...] = ()
        self._senders: Mapping[str, Callable[[Outgoing], str]] = {}

    def senders(self, session: Session) -> Mapping[str, Callable[[Outgoing], str]]:
        """Those that there are now, by platform."""
        if (mark := chats.mark(session)) != self._mark:
            found = chats.chats(session)
            self._senders = {name: partial(self._send, name, run) for name, run in found.items()}
            self._mark = mark
        return self._senders

    def _send(self, handle: str, run: str, outgoing: Outgoing) -> str:
        """Have the handler send it; return the id that the chat gave it.

        Raises:
            SendError: it has not.
        """
        event = f"{calls.SEND}{outgoing.outbox_id}"
        with self._database.read() as session:
            sent = chats.reference_in(calls.answer_to(session, handle, event))
        if sent is not None:
            return sent
        now = datetime.now(UTC)
        with self._database.write() as session:
            told = {"message": _told(outgoing)}
            call = calls.put_event(session, handle, run, event, told, "", now)
        sent = chats.reference_in(self._realms.wait(call) if call else None)
        if sent is None:
            raise SendError(f"{handle} did not send it", retry_after=_PAUSE)
        return sent


def _told(outgoing: Outgoing) -> dict[str, object]:
    return {
        "id": str(outgoing.outbox_id),
        "to": outgoing.address,
        "is_person": outgoing.is_person,
        "action": str(outgoing.action),
        "card": outgoing.reference,
        "words": in_words(outgoing.message),
        "message": json.loads(outgoing.message.to_json()),
    }
