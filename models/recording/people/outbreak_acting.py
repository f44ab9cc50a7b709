"""What people do about an outbreak: about all of its incidents that they may act on, at once."""

from datetime import datetime

from sqlmodel import Session, col, select

from models.events import Act, Outcome
from models.messages.acting import denied, no_outbreak, not_of_outbreaks, outbreak_acted
from models.messages.audit import act_words, noted
from models.messages.message import Message
from models.people.persons import Who, audit
from models.queries.incidents import outbreak_numbered
from models.queries.privacy import visible
from models.recording.people.deeds import carry_out
from models.recording.verdicts.incidents import Told
from models.rules.audit import AuditOutcome
from models.rules.authority import Power
from models.rules.care import Deed
from models.tables import Incident, Plugin


def act_on_outbreak(
    session: Session, act: Act, person: Who, number: int, now: datetime
) -> tuple[Outcome, list[Told]]:
    """Do it on each incident of the outbreak that whoever asks may act on, and note the attempt."""
    known = outbreak_numbered(session, number, 1, allowed=act.allowed)
    if known is None:
        return _refuse(session, act, person, AuditOutcome.UNKNOWN, no_outbreak(number), now)
    if act.deed is Deed.FILE:
        return _refuse(session, act, person, AuditOutcome.UNKNOWN, not_of_outbreaks(), now)
    meant = _meant(session, act, number)
    own = [(incident, plugin) for incident, plugin in meant if person.may(Power.ACT, plugin.id)]
    if not own and not (person.may(Power.ACT) and not meant):
        return _refuse(session, act, person, AuditOutcome.DENIED, denied(Power.ACT), now)
    done, told = carry_out(session, act, person, own, now)
    answer = outbreak_acted(act.deed, number, done, len(meant) - len(own), now)
    effect = AuditOutcome(done[0].effect) if done else AuditOutcome.STALE
    outcome = AuditOutcome.DONE if told else effect
    words = f"outbreak {number}: {act_words(act.deed, done)}"
    audit(session, person, act.deed, outcome, words, now)
    return Outcome(number=len(told), answer=answer), told


def _meant(session: Session, act: Act, number: int) -> list[tuple[Incident, Plugin]]:
    """Its open incidents or, to end mutes, those that are muted; only those that may be known where it is said."""
    wanted = (
        col(Incident.muted_at).is_not(None)
        if act.deed is Deed.UNMUTE
        else col(Incident.resolved_at).is_(None)
    )
    members = (
        select(Incident, Plugin)
        .join(Plugin, col(Plugin.id) == col(Incident.plugin_id))
        .where(Incident.outbreak_id == number, wanted)
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
