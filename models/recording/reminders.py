"""Guardians are reminded of incidents that nobody has taken care of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models import outbox
from models.events import Outcome
from models.events.silence import RemindersDue
from models.messages.reminder import incident_reminder, outbreak_reminder
from models.queries.incidents import incident_view
from models.recording.listening import guardians
from models.rules.reminders import AFTER, is_due
from models.tables import Action, Destination, Incident, Plugin, Reminder
from models.views import IncidentView


@dataclass(frozen=True, slots=True)
class _Due:
    """An incident that people are to be reminded of."""

    incident: Incident
    view: IncidentView


def record_reminders(session: Session, due: RemindersDue, now: datetime) -> Outcome:
    """Remind of what is open and neither acknowledged, owned nor muted; `number` in the outcome counts it."""
    rows = [
        _Due(incident, incident_view(incident, plugin))
        for incident, plugin, reminder in _untouched(session, now)
        if is_due(incident.opened_at, reminder.reminded_at if reminder else None, now)
    ][: due.limit]
    for row in rows:
        reminder = session.get(Reminder, row.incident.id) or Reminder(incident_id=row.incident.id or 0, reminded_at=now)
        reminder.reminded_at = now
        session.add(reminder)
    session.flush()
    if rows:
        for destination_id in _reminded(session):
            _remind(session, destination_id, rows, now)
    return Outcome(number=len(rows))


def _untouched(session: Session, now: datetime) -> Sequence[tuple[Incident, Plugin, Reminder | None]]:
    untouched = (
        col(Incident.resolved_at).is_(None),
        col(Incident.acknowledged_at).is_(None),
        col(Incident.owner_id).is_(None),
        col(Incident.muted_at).is_(None),
        Incident.opened_at <= now - AFTER[0],
    )
    found = (
        select(Incident, Plugin, Reminder)
        .join(Plugin, col(Plugin.id) == col(Incident.plugin_id))
        .outerjoin(Reminder, col(Reminder.incident_id) == col(Incident.id))
    )
    return [(*row,) for row in session.exec(found.where(*untouched).order_by(col(Incident.id)))]


def _reminded(session: Session) -> list[int]:
    """The guardians' channels that want to be reminded."""
    wanted = select(Destination.id).where(col(Destination.id).in_(guardians(session)), col(Destination.reminders))
    return [id_ or 0 for id_ in session.exec(wanted.order_by(col(Destination.id)))]


def _remind(session: Session, destination_id: int, rows: Sequence[_Due], now: datetime) -> None:
    """In the thread of each card that stands there; members of an outbreak without one, together in its thread."""
    outbreaks: dict[int, list[IncidentView]] = {}
    for row in rows:
        conversation = f"incident:{row.incident.id}"
        if outbox.has_card(session, destination_id, conversation):
            reminder = incident_reminder(row.view, now)
            outbox.enqueue(session, destination_id, conversation, Action.REPLY, reminder, now)
        elif row.incident.outbreak_id:
            outbreaks.setdefault(row.incident.outbreak_id, []).append(row.view)
    for number, views in outbreaks.items():
        if outbox.has_card(session, destination_id, f"outbreak:{number}"):
            reminder = outbreak_reminder(views, now)
            outbox.enqueue(session, destination_id, f"outbreak:{number}", Action.REPLY, reminder, now)
