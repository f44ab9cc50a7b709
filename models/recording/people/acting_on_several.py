"""What people do about several incidents at once: those of an outbreak, or of some numbers, that they may act on."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models.events import Act, Outcome
from models.messages.acting import (
    denied,
    no_incident,
    no_outbreak,
    not_of_outbreaks,
    outbreak_acted,
    several_acted,
    too_many,
)
from models.messages.audit import act_words, noted
from models.messages.message import Message
from models.people.persons import Who, audit
from models.queries.outbreaks import outbreak_numbered
from models.queries.privacy import visible
from models.recording.people.deeds import carry_out
from models.recording.verdicts.incidents import Told
from models.rules.audit import AuditOutcome
from models.rules.authority import Power
from models.rules.care import Deed
from models.tables import Incident, Plugin

_WITH_PLUGIN = select(Incident, Plugin).join(Plugin, col(Plugin.id) == col(Incident.plugin_id))
_MOST = 20  # incidents that are named by their numbers


def act_on_outbreak(
    session: Session, act: Act, person: Who, number: int, now: datetime
) -> tuple[Outcome, list[Told]]:
    """Do it on each incident of the outbreak that whoever asks may act on, and note the attempt."""
    known = outbreak_numbered(session, number, 1, allowed=act.allowed)
    if known is None:
        return _refuse(session, act, person, AuditOutcome.UNKNOWN, no_outbreak(number), now)
    if act.deed is Deed.FILE:
        return _refuse(session, act, person, AuditOutcome.UNKNOWN, not_of_outbreaks(), now)
    meant = _of_outbreak(session, act, number)
    own = _own(person, meant)
    if not own and not (person.may(Power.ACT) and not meant):
        return _refuse(session, act, person, AuditOutcome.DENIED, denied(Power.ACT), now)
    done, told = carry_out(session, act, person, own, now)
    answer = outbreak_acted(act.deed, number, done, len(meant) - len(own), now)
    effect = AuditOutcome(done[0].effect) if done else AuditOutcome.STALE
    outcome = AuditOutcome.DONE if told else effect
    words = f"outbreak {number}: {act_words(act.deed, done)}"
    audit(session, person, act.deed, outcome, words, now)
    return Outcome(number=len(told), answer=answer), told


def act_on_numbers(
    session: Session, act: Act, person: Who, numbers: Sequence[int], now: datetime
) -> tuple[Outcome, list[Told]]:
    """Do it on each of the incidents that whoever asks may act on, and note the attempt; on none if one is unknown."""
    if len(numbers) > _MOST:
        return _refuse(session, act, person, AuditOutcome.UNKNOWN, too_many(_MOST), now)
    meant = _numbered(session, act, numbers)
    missing = sorted(set(numbers) - {incident.id for incident, _ in meant})
    if missing:
        return _refuse(session, act, person, AuditOutcome.UNKNOWN, no_incident(missing[0]), now)
    own = _own(person, meant)
    if not own:
        return _refuse(session, act, person, AuditOutcome.DENIED, denied(Power.ACT), now)
    done, told = carry_out(session, act, person, own, now)
    answer = several_acted(act.deed, done, len(meant) - len(own), now)
    outcome = AuditOutcome.DONE if told else AuditOutcome(done[0].effect)
    audit(session, person, act.deed, outcome, act_words(act.deed, done), now)
    return Outcome(number=len(told), answer=answer), told


def _own(person: Who, meant: Sequence[tuple[Incident, Plugin]]) -> list[tuple[Incident, Plugin]]:
    return [(incident, plugin) for incident, plugin in meant if person.may(Power.ACT, plugin.id)]


def _numbered(
    session: Session, act: Act, numbers: Sequence[int]
) -> Sequence[tuple[Incident, Plugin]]:
    """The incidents of these numbers, open or not, as far as they may be known where it is said."""
    shown = visible(col(Incident.plugin_id), col(Incident.origin), act.allowed)
    found = _WITH_PLUGIN.where(col(Incident.id).in_(numbers), shown)
    return session.exec(found.order_by(col(Incident.id))).all()


def _of_outbreak(session: Session, act: Act, number: int) -> list[tuple[Incident, Plugin]]:
    """Its open incidents or, to end mutes, those that are muted; only those that may be known where it is said."""
    wanted = (
        col(Incident.muted_at).is_not(None)
        if act.deed is Deed.UNMUTE
        else col(Incident.resolved_at).is_(None)
    )
    members = (
        _WITH_PLUGIN.where(Incident.outbreak_id == number, wanted)
        .where(visible(col(Incident.plugin_id), col(Incident.origin), act.allowed))
        .order_by(col(Incident.id))
    )
    return [
        (incident, plugin)
        for incident, plugin in session.exec(members)
        if act.branch.casefold() in {"", incident.host_branch.casefold()}
    ]


def _refuse(
    session: Session, act: Act, person: Who, outcome: AuditOutcome, answer: Message, now: datetime
) -> tuple[Outcome, list[Told]]:
    audit(session, person, act.deed, outcome, noted(f"{act.deed} {act.subject}", answer), now)
    return Outcome(answer=answer), []
