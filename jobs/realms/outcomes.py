"""What is stored of a call: its answer, and with it how the extension stands from then on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from jobs.realms.errors import RealmError
from models.actions.responding import Responder
from models.database.engine import Database, Session, be_alone, notify
from models.extensions import calls, standing
from models.extensions.calls import CallClaim
from models.messages import realms as messages
from models.messages.message import Message
from models.settings import Settings
from models.tables import Extension

# What the kit calls an error that is the host's refusal, and no fault of the extension's.
_REFUSED = "HostError: "

Note = Callable[[Session, Extension, datetime], None]

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Here:
    """What keepers need of the process that they are in."""

    database: Database
    settings: Settings
    responder: Responder


def answered(here: Here, claim: CallClaim, message: Message, note: Note | None = None) -> bool:
    """Answer the call, and note something of the extension with it.

    Returns False, and stores nothing, when nobody waits for the answer any more.
    """
    now = datetime.now(UTC)
    with here.database.write() as session:
        if note:
            be_alone(session)
        is_wanted = calls.answer(session, claim, message.to_json(), now)
        if is_wanted and note and (extension := standing.row_of(session, claim.handle)):
            note(session, extension, now)
    return is_wanted


def did_not_start(here: Here, claim: CallClaim, name: str, error: RealmError) -> None:
    """Its realm did not start: it is quarantined at once."""
    _log.warning("extension_did_not_start", extension=claim.handle, reason=str(error))
    why = f"It did not start: {error}"
    now = datetime.now(UTC)
    with here.database.write() as session:
        be_alone(session)
        if extension := standing.row_of(session, claim.handle):
            standing.quarantine(session, extension, why, now)
        message = messages.stands_still(name, claim.handle, "quarantined", (why,))
        calls.answer(session, claim, message.to_json(), now)
        notify(session)


def failed(here: Here, claim: CallClaim, name: str, error: RealmError) -> bool:
    """Its code failed. Returns whether that was once too often, so that it is quarantined."""
    words = str(error)
    if error.raised and words.startswith(_REFUSED):
        answered(here, claim, messages.out_of_reach(name, words.removeprefix(_REFUSED)))
        return False
    _log.warning("extension_failed", extension=claim.handle, action=claim.run, reason=words)
    most = here.settings.extensions_failures
    minutes = here.settings.extensions_failures_minutes
    why = f"It failed {most} times within {minutes} minutes, the last time in {claim.run}: {words}"
    now = datetime.now(UTC)
    with here.database.write() as session:
        be_alone(session)
        extension = standing.row_of(session, claim.handle)
        is_over = extension is not None and standing.note_failure(
            session, extension, why, now, most, timedelta(minutes=minutes)
        )
        message = messages.failed(name)
        if is_over:
            message = messages.stands_still(name, claim.handle, "quarantined", (why,))
        calls.answer(session, claim, message.to_json(), now)
        notify(session)
    return is_over
