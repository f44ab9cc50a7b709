"""Incidents that can never end by themselves, closed by guardians with a reason."""

from datetime import datetime

from sqlmodel import Session

from models.events import Outcome
from models.events.closing import IncidentClosing
from models.messages.acting import denied, no_incident
from models.messages.closing import closed_message, ended_already
from models.messages.message import Message
from models.people.persons import Who, audit, who
from models.queries.incidents import shown_to
from models.queries.plugins import plugin_of
from models.recording.verdicts.incidents import Told, close, tell_all
from models.recording.verdicts.left import expire_verdicts
from models.rules.audit import AuditOutcome
from models.rules.authority import Power
from models.tables import Incident


def record_closing(
    session: Session, wish: IncidentClosing, now: datetime
) -> tuple[Outcome, list[Told]]:
    """Close it, if whoever asks may and it is open, and note the attempt."""
    person = who(session, wish.actor, now)
    incident = session.get(Incident, wish.number)
    outcome, answer, told = _close(session, person, incident, wish, now)
    words = f"close {wish.number}: {wish.reason}"
    plugin_id = incident.plugin_id if incident else None
    audit(session, person, "close", outcome, words, now, plugin_id=plugin_id)
    return Outcome(number=len(told), answer=answer), told


def _close(
    session: Session, person: Who, incident: Incident | None, wish: IncidentClosing, now: datetime
) -> tuple[AuditOutcome, Message, list[Told]]:
    if not person.may(Power.TEST):
        return AuditOutcome.DENIED, denied(Power.TEST), []
    plugin = plugin_of(session, incident.plugin_id) if incident else None
    if incident is None or plugin is None or not shown_to(session, incident, plugin, wish.allowed):
        return AuditOutcome.UNKNOWN, no_incident(wish.number), []
    if incident.resolved_at:
        return AuditOutcome.STALE, ended_already(wish.number, incident.resolved_at), []
    expire_verdicts(session, incident, now)
    told = tell_all(session, [close(incident, wish.reason, now)], now)
    return AuditOutcome.DONE, closed_message(wish.number, wish.reason), told
