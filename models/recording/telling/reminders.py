"""Guardians are reminded of incidents that nobody has taken care of."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial

from sqlmodel import Session, col, select

from models import outbox
from models.events import Outcome
from models.events.silence import RemindersDue
from models.messages.reminder import incident_reminder, outbreak_reminder
from models.queries.incidents import incident_view
from models.queries.privacy import private_plugins, shown_incident
from models.recording.telling.card_groups import card_of
from models.recording.telling.composing import news_of
from models.recording.telling.listeners import guardians
from models.rules.conversations import About, Conversation
from models.rules.reminders import AFTER, is_due
from models.rules.routing import Listener
from models.tables import Destination, Incident, Plugin, Posting, Reminder
from models.views import IncidentView

_Due = tuple[Incident, Plugin]


def record_reminders(session: Session, due: RemindersDue, now: datetime) -> Outcome:
    """Remind of what is open and neither acknowledged, owned nor muted; `number` in the outcome counts it."""
    rows = [
        (incident, plugin)
        for incident, plugin, reminder in _untouched(session, now)
        if is_due(incident.opened_at, reminder.reminded_at if reminder else None, now)
    ][: due.limit]
    for incident, _ in rows:
        reminder = session.get(Reminder, incident.id) or Reminder(
            incident_id=incident.id or 0, reminded_at=now
        )
        reminder.reminded_at = now
        session.add(reminder)
    private = private_plugins(session) if rows else frozenset()
    for listener in _reminded(session) if rows else ():
        _remind(session, listener, rows, private, now)
    return Outcome(number=len(rows))


def _untouched(
    session: Session, now: datetime
) -> Sequence[tuple[Incident, Plugin, Reminder | None]]:
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


def _reminded(session: Session) -> list[Listener]:
    """The guardians' channels that want to be reminded."""
    wanted = set(session.exec(select(Destination.id).where(col(Destination.reminders))))
    return [each for each in guardians(session) if each.destination_id in wanted]


def _remind(
    session: Session, to: Listener, rows: Sequence[_Due], private: Collection[int], now: datetime
) -> None:
    """In the thread of each card that stands there; members of an outbreak without one, together in its thread."""
    outbreaks: dict[int, list[IncidentView]] = {}
    knows = any(map(to.allowed.knows, private))
    for incident, plugin in rows:
        is_private = plugin.id in private
        if not to.may_know(news_of(incident, plugin, private=is_private)):
            continue
        hidden = is_private and not to.allowed.knows(plugin.id)
        view = shown_incident(incident_view(incident, plugin), to.allowed, hidden=hidden)
        conversation = Conversation.on(About.INCIDENT, card_of(incident))
        if outbox.has_card(session, to.destination_id, conversation):
            reply = partial(outbox.enqueue, session, to.destination_id, conversation, Posting.REPLY)
            reply(incident_reminder(view, now), now, private=is_private and not hidden)
        elif incident.outbreak_id:
            outbreaks.setdefault(incident.outbreak_id, []).append(view)
    for number, views in outbreaks.items():
        conversation = Conversation.on(About.OUTBREAK, number)
        if outbox.has_card(session, to.destination_id, conversation):
            reply = partial(outbox.enqueue, session, to.destination_id, conversation, Posting.REPLY)
            reply(outbreak_reminder(views, now), now, private=knows)
