"""Extensions turned on and off, and tried again, by those whom the operator lets."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from models.database.engine import notify
from models.events import Outcome
from models.events.extensions import ExtensionWish
from models.extensions import calls, using
from models.extensions.host import this_host
from models.extensions.installed import Installed, dependents, installed, present
from models.extensions.standing import note_turned_off
from models.messages import realms as messages
from models.messages.acting import denied
from models.messages.extensions import unknown_extension
from models.messages.message import Message
from models.messages.using import used, used_everywhere
from models.people.persons import Who, audit
from models.rules.audit import AuditOutcome
from models.rules.extensions import ExtensionState, ExtensionVerb

_RUNNING = {ExtensionState.ON, ExtensionState.HELD}
# In which states there is nothing to switch.
_ALREADY = {
    ExtensionVerb.ON: _RUNNING,
    ExtensionVerb.OFF: {ExtensionState.OFF},
    ExtensionVerb.RETRY: {ExtensionState.OFF, *_RUNNING},
}
SWITCHES = frozenset(_ALREADY)


def record_switch(session: Session, wish: ExtensionWish, person: Who, now: datetime) -> Outcome:
    """Turn it off, or have it greet: it is on once it did. Notes the attempt."""
    outcome, answer = _switch(session, wish, person, now)
    action = f"extension {wish.verb}"
    audit(session, person, action, outcome, f"{action} {wish.handle}", now)
    if outcome is not AuditOutcome.DONE or answer:
        return Outcome(number=int(outcome is AuditOutcome.DONE), answer=answer)
    call = calls.put(session, wish.handle, calls.GREETING, {}, {}, now)
    return Outcome(number=1, call=call)


def _switch(
    session: Session, wish: ExtensionWish, person: Who, now: datetime
) -> tuple[AuditOutcome, Message | None]:
    """What becomes of it, and the answer; without one, the extension itself answers by greeting."""
    if not person.may(wish.power):
        return AuditOutcome.DENIED, denied(wish.power)
    known = installed(session, this_host())
    found = present(known).get(wish.handle)
    if found is None:
        return AuditOutcome.UNKNOWN, unknown_extension(wish.handle, present(known))
    if found.state in _ALREADY[wish.verb]:
        return _used(session, wish, found, now)
    if wish.verb is ExtensionVerb.OFF:
        note_turned_off(session, found.handle, now)
        notify(session)
        return AuditOutcome.DONE, messages.turned_off(found.name, _held(found, known))
    if found.why:
        return AuditOutcome.STALE, messages.cannot_run(found.name, found.why)
    if wish.verb is ExtensionVerb.ON:
        using.let_everybody(session, wish.handle, everywhere=wish.everywhere)
        if wish.place:
            using.begin(session, wish.handle, wish.place, now)
    return AuditOutcome.DONE, None


def _used(
    session: Session, wish: ExtensionWish, found: Installed, now: datetime
) -> tuple[AuditOutcome, Message]:
    """There is nothing to switch; but whoever turns on what is on wants it used."""
    already = AuditOutcome.ALREADY, messages.already(found.name, found.state)
    if wish.verb is not ExtensionVerb.ON or using.usages(session)[wish.handle].everywhere:
        return already
    if wish.everywhere:
        using.let_everybody(session, wish.handle, everywhere=True)
        return AuditOutcome.DONE, used_everywhere(found.name)
    if wish.place and using.begin(session, wish.handle, wish.place, now):
        return AuditOutcome.DONE, used(found.name, found.state, wish.handle, changed=True)
    return already


def _held(found: Installed, known: Sequence[Installed]) -> list[str]:
    """The names of those that are held without it."""
    there = present(known)
    needing = [there[other] for other in dependents(found.handle, known)]
    return [other.name for other in needing if other.state is ExtensionState.ON]
