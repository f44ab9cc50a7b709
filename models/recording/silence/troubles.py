"""Incidents of sources themselves: opened, ended, and told to those who follow everything."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models import outbox
from models.messages.source_incident import source_card, source_reply
from models.queries.sources import source_incident_view
from models.recording.telling.listening import who_listens
from models.rules.routing import News, Topic
from models.rules.silence import SourceKind, Trouble
from models.tables import Action, SourceIncident
from models.views.sources import SourceIncidentView


def open_trouble(
    session: Session, kind: SourceKind, name: str, trouble: Trouble, now: datetime, **facts: Any
) -> SourceIncident:
    """A new incident of the source. There must be none of its kind of trouble open."""
    incident = SourceIncident(source=kind, name=name, trouble=trouble, opened_at=now, updated_at=now, **facts)
    session.add(incident)
    session.flush()
    return incident


def end_trouble(session: Session, incident: SourceIncident, resolution: str, now: datetime) -> None:
    """End the incident, for a reason in words."""
    incident.resolution = resolution
    incident.resolved_at = incident.updated_at = now
    session.add(incident)
    session.flush()


def open_troubles(session: Session, kind: SourceKind, name: str) -> list[SourceIncident]:
    """What is wrong with the source now, oldest first."""
    of_source = select(SourceIncident).where(SourceIncident.source == kind, SourceIncident.name == name)
    return list(
        session.exec(of_source.where(col(SourceIncident.resolved_at).is_(None)).order_by(col(SourceIncident.id)))
    )


def announce_trouble(session: Session, incident: SourceIncident | SourceIncidentView, now: datetime) -> None:
    """Tell those who follow everything: a card, edited in place, and in its thread and beside it how it ended.

    What is told as a line of a mass silence gets no card of its own.
    """
    view = source_incident_view(incident) if isinstance(incident, SourceIncident) else incident
    broken, fixed = (News(topic, host_branch=view.host_branch, inside=True) for topic in (Topic.BROKEN, Topic.FIXED))
    for listener in who_listens(session):
        to = (session, listener.destination_id, f"source:{view.number}")
        if not listener.may_know(broken):
            continue
        if outbox.has_card(*to):
            outbox.enqueue(*to, Action.EDIT, source_card(view), now)
            if view.resolved_at and listener.hears_all(fixed):
                outbox.enqueue(*to, Action.REPLY, source_reply(view), now, broadcast=True)
        elif view.resolved_at is None and view.mass is None and listener.hears_all(broken):
            outbox.enqueue(*to, Action.POST, source_card(view), now)
