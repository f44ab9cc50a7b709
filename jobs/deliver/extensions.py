"""Events that extensions hear: each is a call of a handler, made once however often it is tried."""

import json
from datetime import UTC, datetime
from itertools import chain, islice, product
from pathlib import Path
from typing import Any

from jobs.deliver.webhook import event
from models.actions.realms import Realms
from models.database.engine import Database
from models.extensions import calls
from models.extensions.doors import door_event
from models.extensions.manifest import ManifestError, reread
from models.extensions.standing import row_of
from models.extensions.store import Store
from models.extensions.using import languages
from models.messages.realms import HEARD
from models.outbox.sending import Outgoing, SendError
from models.rules.extensions import EVENTS, ExtensionState
from models.rules.languages import languages_spoken

# Each call may take 15 s, and all of an event are done before its lease runs out.
_MOST_CALLS = 10
# One that is quarantined or does not fit hears of what happened meanwhile once it runs again.
_PAUSE = 300.0


class Extensions:
    """Hands events to the handlers that hear them."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._store = Store(folder)
        self._realms = Realms(database)

    def send(self, outgoing: Outgoing) -> str:
        """Have each handler of this event called, and wait until it has heard; return the event's id.

        Raises:
            SendError: one has not, or the extension does not run.
        """
        id_ = f"msg_{outgoing.outbox_id}"
        told: dict[str, Any] = {"id": id_, **json.loads(event(outgoing.message))}
        for run, language in self._handlers(outgoing.address, str(told["type"])):
            call = calls.decorating(language, id_) if language else id_
            self._call(outgoing.address, run, call, {"event": told})
        return id_

    def _handlers(self, handle: str, kind: str) -> list[tuple[str, str]]:
        """Those of this kind of event; one that decorates cards is called for each language that it speaks where
        it is used, for English first.
        """
        with self._database.read() as session:
            extension = row_of(session, handle)
            wanted = languages(session, handle)
        if extension is None or extension.state != ExtensionState.ON:
            raise SendError("the extension is not on", retry_after=_PAUSE)
        try:
            manifest = reread(extension.manifest)
        except ManifestError as error:
            raise SendError("the extension is held", retry_after=_PAUSE) from error
        doors = {door_event(each.name): each.run for each in manifest.source}
        hearing = [each.run for each in manifest.hears if each.event == kind]
        hearing += [run for event_kind, run in doors.items() if event_kind == kind]
        decorating = [each.run for each in manifest.decorate] if kind in EVENTS else []
        words = self._store.languages(extension.folder, handle)
        spoken = product(languages_spoken(wanted, words), decorating)
        each = chain(((run, "") for run in hearing), ((run, language) for language, run in spoken))
        return list(islice(each, max(_MOST_CALLS, len(hearing))))

    def _call(self, handle: str, run: str, id_: str, arguments: dict[str, Any]) -> None:
        now = datetime.now(UTC)
        with self._database.write() as session:
            call = calls.put_event(session, handle, run, id_, arguments, HEARD, now)
        if call is not None and self._realms.wait(call) != HEARD:
            raise SendError(f"{run} of the extension has not heard of it")
