"""What people do about incidents: acknowledge, claim, release, mute and unmute."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session, col, select

from models.events import Act, Outcome
from models.messages.acting import acted_message, denied, no_incident, nothing_open
from models.messages.audit import act_words, noted
from models.messages.bug_report import not_from_here
from models.messages.help import unknown_plugin
from models.messages.message import Message, Tone
from models.outbox.ways_out import can_file
from models.people.persons import Who, audit, who
from models.queries.incidents import shown_to
from models.queries.plugins import handles, known_plugin, plugin_as, plugin_of
from models.recording.people.acting_on_several import act_on_numbers, act_on_outbreak
from models.recording.people.deeds import carry_out
from models.recording.verdicts.incidents import Told
from models.rules.audit import AuditOutcome
from models.rules.authority import Power
from models.rules.care import Deed, incident_number, incident_numbers, outbreak_number
from models.rules.mutes import length_until
from models.tables import Incident, Plugin


@dataclass(frozen=True, slots=True)
class _Meant:
    """What the words mean: a plugin, and those of its incidents that are to be acted on."""

    plugin: Plugin | None
    incidents: Sequence[Incident] = ()


def record_act(session: Session, act: Act, now: datetime) -> tuple[Outcome, list[Told]]:
    """Do it, if whoever asks may and it can still be done, and note the attempt. The answer says what became of it."""
    person = who(session, act.actor, now)
    try:
        act = _with_length(act, now)
    except ValueError as problem:
        answer = Message(str(problem), Tone.WARNING)
        return _refuse(session, act, person, AuditOutcome.UNKNOWN, answer, now), []
    if (number := outbreak_number(act.subject)) is not None:
        return act_on_outbreak(session, act, person, number, now)
    if len(numbers := incident_numbers(act.subject)) > 1:
        return act_on_numbers(session, act, person, numbers, now)
    return _act_on_named(session, act, person, now)


def _with_length(act: Act, now: datetime) -> Act:
    """The act, whose mute has a length where a day was named. Raises ValueError for a day that none may last to."""
    if not isinstance(act.length, date):
        return act
    return replace(act, length=length_until(act.length, now))


def _act_on_named(
    session: Session, act: Act, person: Who, now: datetime
) -> tuple[Outcome, list[Told]]:
    meant = _meant(session, act)
    if meant.plugin is None:
        return _refuse(session, act, person, AuditOutcome.UNKNOWN, _unknown(session, act), now), []
    if not person.may(Power.ACT, meant.plugin.id):
        answer = denied(Power.ACT, plugin_as(session, meant.plugin, act.allowed))
        return _refuse(session, act, person, AuditOutcome.DENIED, answer, now, meant.plugin), []
    if act.deed is Deed.FILE and not can_file(session, meant.plugin.repository):
        answer = not_from_here(plugin_as(session, meant.plugin, act.allowed))
        return _refuse(session, act, person, AuditOutcome.UNKNOWN, answer, now, meant.plugin), []
    if not meant.incidents:
        answer = _nothing_open(session, meant.plugin, act, now)
        return _refuse(session, act, person, AuditOutcome.STALE, answer, now, meant.plugin), []
    return _act(session, act, person, meant.plugin, meant.incidents, now)


def _act(
    session: Session,
    act: Act,
    person: Who,
    plugin: Plugin,
    incidents: Sequence[Incident],
    now: datetime,
) -> tuple[Outcome, list[Told]]:
    done, told = carry_out(session, act, person, [(each, plugin) for each in incidents], now)
    answer = acted_message(act.deed, plugin_as(session, plugin, act.allowed), done, now)
    outcome = AuditOutcome.DONE if told else AuditOutcome(done[0].effect)
    words = act_words(act.deed, done)
    audit(session, person, act.deed, outcome, words, now, plugin_id=plugin.id)
    return Outcome(number=len(told), answer=answer), told


def _meant(session: Session, act: Act) -> _Meant:
    if (number := incident_number(act.subject)) is not None:
        incident = session.get(Incident, number)
        plugin = plugin_of(session, incident.plugin_id) if incident else None
        known = incident and plugin and shown_to(session, incident, plugin, act.allowed)
        return _Meant(plugin, [incident]) if incident and known else _Meant(None)
    plugin = known_plugin(session, act.subject, act.allowed)
    if plugin is None:
        return _Meant(None)
    of_plugin = select(Incident).where(Incident.plugin_id == plugin.id).order_by(col(Incident.id))
    # What is fixed meanwhile may be muted still, so that only this can be undone.
    wanted = (
        col(Incident.muted_at).is_not(None)
        if act.deed is Deed.UNMUTE
        else col(Incident.resolved_at).is_(None)
    )
    found = [each for each in session.exec(of_plugin.where(wanted)) if _is_on(each, act.branch)]
    return _Meant(plugin, [each for each in found if shown_to(session, each, plugin, act.allowed)])


def _is_on(incident: Incident, host_branch: str) -> bool:
    return not host_branch or incident.host_branch.casefold() == host_branch.casefold()


def _unknown(session: Session, act: Act) -> Message:
    number = incident_number(act.subject)
    return unknown_plugin(act.subject, handles(session)) if number is None else no_incident(number)


def _nothing_open(session: Session, plugin: Plugin, act: Act, now: datetime) -> Message:
    ended = (
        select(Incident)
        .where(Incident.plugin_id == plugin.id)
        .order_by(col(Incident.resolved_at).desc())
    )
    shown = (
        shown_to(session, row, plugin, act.allowed)
        for row in session.exec(ended)
        if _is_on(row, act.branch)
    )
    last = next(filter(None, shown), None)
    return nothing_open(plugin_as(session, plugin, act.allowed), act.branch, last, now)


def _refuse(
    session: Session,
    act: Act,
    person: Who,
    outcome: AuditOutcome,
    answer: Message,
    now: datetime,
    plugin: Plugin | None = None,
) -> Outcome:
    words = noted(f"{act.deed} {act.subject}", answer)
    audit(session, person, act.deed, outcome, words, now, plugin_id=plugin.id if plugin else None)
    return Outcome(answer=answer)
