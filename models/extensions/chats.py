"""Chats that extensions bring: each is a platform named by the extension's handle, while that is on.

Nothing here commits.
"""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, col, delete, exists, select

from models.extensions.manifest import Manifest, ManifestError, reread
from models.outbox.turned_off import end_waiting
from models.rules.extensions import ExtensionState
from models.tables import ClosedPlatform, Destination, Extension

_SENT = "sent"


def mark(session: Session) -> tuple[tuple[str, str], ...]:
    """What tells whether any of `chats` has changed."""
    rows = session.exec(
        select(Extension.handle, Extension.folder)
        .where(Extension.state == ExtensionState.ON)
        .order_by(col(Extension.handle))
    )
    return tuple((handle, folder) for handle, folder in rows)


def chats(session: Session) -> Mapping[str, str]:
    """The handler that carries messages to each chat, by the handle."""
    on = select(Extension.manifest).where(Extension.state == ExtensionState.ON)
    found = {}
    for text in session.exec(on):
        try:
            manifest = reread(text)
        except ManifestError:  # it is held; what waits for it waits on
            continue
        for each in manifest.destination:
            found[manifest.handle] = each.run
    return found


def open_chat(session: Session, manifest: Manifest) -> None:
    """What is followed there is told there from now on."""
    if manifest.destination:
        of_handle = col(ClosedPlatform.platform) == manifest.handle
        session.exec(delete(ClosedPlatform).where(of_handle))


def close_chat(session: Session, handle: str, now: datetime) -> None:
    """Nothing is told there any more, and what waits ends; what is followed there is kept."""
    followed = select(exists().where(col(Destination.platform) == handle))
    if session.exec(followed).one() and session.get(ClosedPlatform, handle) is None:
        session.add(ClosedPlatform(platform=handle))
        end_waiting(session, [handle], now)


def forget_chat(session: Session, handle: str) -> None:
    """What was followed there is forgotten, too."""
    session.exec(delete(Destination).where(col(Destination.platform) == handle))
    session.exec(delete(ClosedPlatform).where(col(ClosedPlatform.platform) == handle))


def answer_with(reference: str) -> str:
    """The answer to a call that sends a message: it stands there, under this id."""
    return json.dumps({_SENT: reference})


def reference_in(answer: str | None) -> str | None:
    """The id in such an answer; None where it tells of anything else."""
    said = json.loads(answer) if answer else {}
    return str(said[_SENT]) if _SENT in said else None
