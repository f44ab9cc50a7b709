"""Extensions used by a channel or a person, by those who may say so for it."""

from datetime import datetime

from sqlmodel import Session

from models.events import Outcome
from models.events.extensions import UseWish
from models.extensions import using
from models.extensions.host import this_host
from models.extensions.installed import installed, present
from models.messages import using as messages
from models.messages.acting import denied
from models.messages.audit import noted
from models.messages.extensions import unknown_extension
from models.messages.message import Message
from models.people.persons import Who, audit, who
from models.rules.audit import AuditOutcome
from models.rules.authority import Power


def record_use(session: Session, wish: UseWish, now: datetime) -> Outcome:
    """Let the place use it, or use it no more, if whoever says so may say it for that place, and note the attempt."""
    person = who(session, wish.actor, now)
    outcome, answer = _answer(session, wish, person, now)
    verb = "unuse" if wish.ends else "use"
    where = "for themself" if wish.place.is_person else f"in {wish.place.name}"
    audit(session, person, verb, outcome, noted(f"{verb} {wish.handle} {where}", answer), now)
    return Outcome(number=int(outcome is AuditOutcome.DONE), answer=answer)


def _answer(
    session: Session, wish: UseWish, person: Who, now: datetime
) -> tuple[AuditOutcome, Message]:
    if not (wish.place.is_person or person.may(Power.FOLLOW)):
        return AuditOutcome.DENIED, denied(Power.FOLLOW)
    there = present(installed(session, this_host()))
    found = there.get(wish.handle)
    if found is None:
        return AuditOutcome.UNKNOWN, unknown_extension(wish.handle, there)
    if wish.ends:
        changed = using.end(session, wish.handle, wish.place)
        everywhere = using.usages(session)[wish.handle].everywhere
        answer = messages.used_no_more(found.name, changed=changed, everywhere=everywhere)
    else:
        changed = using.begin(session, wish.handle, wish.place, now)
        answer = messages.used(found.name, found.state, wish.handle, changed=changed)
    return AuditOutcome.of(changed=changed), answer
