"""How an extension stands once its code ran: it is on when it greeted, and quarantined when it fails too often.

Nothing here commits.
"""

from datetime import datetime, timedelta

from sqlmodel import Session, select

from models.extensions.chats import close_chat, open_chat
from models.extensions.happening import happened
from models.extensions.hearing import listen, listen_no_more
from models.extensions.manifest import reread
from models.rules.extensions import ExtensionState
from models.tables import Extension

_LONGEST_WHY = 300


def row_of(session: Session, handle: str) -> Extension | None:
    """The extension of this handle."""
    return session.exec(select(Extension).where(Extension.handle == handle)).first()


def turned_on(session: Session) -> set[str]:
    """The handles of those that are on."""
    return set(session.exec(select(Extension.handle).where(Extension.state == ExtensionState.ON)))


def note_greeting(session: Session, extension: Extension, now: datetime) -> None:
    """It greeted as its manifest says, so it is on."""
    extension.state, extension.why = ExtensionState.ON, None
    extension.failures, extension.changed_at = [], now
    session.add(extension)
    manifest = reread(extension.manifest)
    listen(session, manifest)
    open_chat(session, manifest)
    _tell(session, extension, "on", now)


def note_turned_off(session: Session, handle: str, now: datetime) -> None:
    """Somebody turned it off; what it failed at is forgotten."""
    extension = session.exec(select(Extension).where(Extension.handle == handle)).one()
    extension.state, extension.why = ExtensionState.OFF, None
    extension.failures, extension.changed_at = [], now
    session.add(extension)
    listen_no_more(session, handle)
    close_chat(session, handle, now)
    _tell(session, extension, "off", now)


def note_failure(session: Session, extension: Extension, now: datetime, within: timedelta) -> int:
    """It failed once more. Returns how often it did within that time."""
    lately = [at for at in extension.failures if datetime.fromisoformat(at) > now - within]
    extension.failures = [*lately, now.isoformat()]
    session.add(extension)
    return len(extension.failures)


def quarantine(session: Session, extension: Extension, why: str, now: datetime) -> None:
    """Its code is not run any more until somebody lets it try again."""
    extension.state, extension.why = ExtensionState.QUARANTINED, why[:_LONGEST_WHY]
    extension.changed_at = now
    session.add(extension)
    _tell(session, extension, "quarantined", now)


def _tell(session: Session, extension: Extension, how: str, now: datetime) -> None:
    of = {"extension": extension.handle, "version": extension.version}
    happened(session, f"extension.{how}", now, of)
