"""Extensions installed from chat: what one agrees to, and the order that the jobs process carries out."""

from datetime import datetime

from packaging.version import Version
from sqlmodel import Session

from models.events import Outcome
from models.events.extensions import InstallWish
from models.extensions.host import this_host
from models.extensions.incoming import newest, offered, order
from models.extensions.refusal import PackageError
from models.messages.acting import denied
from models.messages.audit import noted
from models.messages.installing import (
    not_installable,
    nothing_to_upgrade,
    offer_message,
    ordered_message,
    undetected,
)
from models.messages.message import Message
from models.operating import slots
from models.people.persons import Who, audit, who
from models.rules.audit import AuditOutcome
from models.rules.extensions import EXTENSIONS_JOB
from models.views.extensions import Offer


def record_install_wish(session: Session, wish: InstallWish, now: datetime) -> Outcome:
    """Order it, if whoever asks may, it can be installed and its terms are agreed to, and note the attempt.

    Without agreement the answer shows the terms, and nothing is ordered.
    """
    person = who(session, wish.actor, now)
    outcome, answer = _answer(session, wish, person, now)
    verb = "upgrade" if wish.upgrades else "install"
    words = noted(f"extension {verb} {wish.handle}", answer)
    audit(session, person, f"extension {verb}", outcome, words, now)
    return Outcome(number=int(outcome is AuditOutcome.DONE), answer=answer)


def _answer(
    session: Session, wish: InstallWish, person: Who, now: datetime
) -> tuple[AuditOutcome, Message]:
    if not person.may(wish.power):
        return AuditOutcome.DENIED, denied(wish.power)
    package = newest(session, wish.handle)
    if package is None:
        return AuditOutcome.UNKNOWN, undetected(wish.handle)
    try:
        found = offered(session, package, this_host())
    except PackageError as error:
        return AuditOutcome.STALE, not_installable(wish.handle, package.version, error.problems)
    if wish.upgrades and not _is_newer(found):
        return AuditOutcome.ALREADY, nothing_to_upgrade(wish.handle)
    if not found.is_agreed and wish.agreeing != found.code:
        return AuditOutcome.STALE, offer_message(found)
    order(session, package, found, person)
    slots.ask(session, EXTENSIONS_JOB, now)
    return AuditOutcome.DONE, ordered_message(found)


def _is_newer(found: Offer) -> bool:
    return bool(found.replaces) and Version(found.version) > Version(found.replaces)
