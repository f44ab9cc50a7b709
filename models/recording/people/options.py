"""Options of extensions set in chat, by those whom the manifest lets."""

from datetime import datetime

from sqlmodel import Session

from models.events import Outcome
from models.events.extensions import OptionWish
from models.extensions.host import this_host
from models.extensions.installed import Installed, installed, present
from models.extensions.manifest.declared import Option
from models.extensions.options import may_be_chosen, read_value
from models.extensions.standing import row_of
from models.messages import options as messages
from models.messages.acting import denied
from models.messages.audit import noted
from models.messages.extensions import unknown_extension
from models.messages.message import Message
from models.people.persons import Who, audit, who
from models.rules.audit import AuditOutcome
from models.rules.authority import Threshold


def record_option(session: Session, wish: OptionWish, now: datetime) -> Outcome:
    """Set it, if whoever says so may, and note the attempt."""
    person = who(session, wish.actor, now)
    outcome, answer = _answer(session, wish, person)
    words = noted(f"extension set {wish.handle} {wish.option}", answer)
    audit(session, person, "extension set", outcome, words, now)
    return Outcome(number=int(outcome is AuditOutcome.DONE), answer=answer)


def _answer(session: Session, wish: OptionWish, person: Who) -> tuple[AuditOutcome, Message]:
    there = present(installed(session, this_host()))
    found = there.get(wish.handle)
    if found is None or found.manifest is None:
        return AuditOutcome.UNKNOWN, unknown_extension(wish.handle, there)
    option = found.manifest.option.get(wish.option)
    if option is None:
        return AuditOutcome.UNKNOWN, messages.unknown_option(wish.option, found.manifest.option)
    if not may_be_chosen(option):
        return AuditOutcome.DENIED, messages.of_operators(wish.handle, wish.option)
    power = Threshold(option.power).power
    if not person.may(power):
        return AuditOutcome.DENIED, denied(power)
    return _set(session, wish, found, option)


def _set(
    session: Session, wish: OptionWish, found: Installed, option: Option
) -> tuple[AuditOutcome, Message]:
    row = row_of(session, wish.handle)
    if row is None:
        raise AssertionError(f"{wish.handle} was found a moment ago")
    options = {name: value for name, value in row.options.items() if name != wish.option}
    if wish.value:
        try:
            read_value(option, wish.value)
        except ValueError as error:
            return AuditOutcome.STALE, messages.wrong_value(wish.option, str(error))
        options[wish.option] = wish.value.strip()
    changed = options != row.options
    row.options = options
    session.add(row)
    outcome = AuditOutcome.of(changed=changed)
    return outcome, messages.option_set(
        found.name, wish.option, wish.value.strip(), changed=changed
    )
