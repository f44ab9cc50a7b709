"""Extensions removed and purged, turned on and off, by those whom the operator lets."""

from datetime import datetime

from sqlmodel import Session

from models.events import Outcome
from models.events.extensions import ExtensionWish
from models.extensions.host import this_host
from models.extensions.installed import installed
from models.extensions.installing import ExtensionRequestError, purge, remove
from models.messages.acting import denied
from models.messages.audit import noted
from models.messages.extensions import (
    kept_message,
    not_done_message,
    purged_message,
    unknown_extension,
)
from models.messages.message import Message
from models.people.persons import Who, audit, who
from models.recording.people.switching import SWITCHES, record_switch
from models.rules.audit import AuditOutcome
from models.rules.extensions import ExtensionVerb


def record_extension_wish(session: Session, wish: ExtensionWish, now: datetime) -> Outcome:
    """Do it, if whoever asks may and it can be done, and note the attempt."""
    person = who(session, wish.actor, now)
    if wish.verb in SWITCHES:
        return record_switch(session, wish, person, now)
    outcome, answer = _answer(session, wish, person, now)
    if outcome is not AuditOutcome.DONE:  # what was done is noted where it was
        words = noted(f"extension {wish.verb} {wish.handle}", answer)
        audit(session, person, f"extension {wish.verb}", outcome, words, now)
    return Outcome(number=int(outcome is AuditOutcome.DONE), answer=answer)


def _answer(
    session: Session, wish: ExtensionWish, person: Who, now: datetime
) -> tuple[AuditOutcome, Message]:
    if not person.may(wish.power):
        return AuditOutcome.DENIED, denied(wish.power)
    handles = [each.handle for each in installed(session, this_host())]
    if wish.handle not in handles:
        return AuditOutcome.UNKNOWN, unknown_extension(wish.handle, handles)
    try:
        return AuditOutcome.DONE, _done(session, wish, person, now)
    except ExtensionRequestError as error:
        return AuditOutcome.STALE, not_done_message(str(error))


def _done(session: Session, wish: ExtensionWish, person: Who, now: datetime) -> Message:
    if wish.verb is ExtensionVerb.PURGE:
        purge(session, wish.handle, person, now)
        return purged_message(wish.handle)
    # The jobs process removes the folder, which no other one need have.
    remove(session, wish.handle, this_host(), person, now)
    return kept_message(wish.handle)
