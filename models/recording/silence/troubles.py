"""Incidents of sources themselves: opened, ended, and told to those who follow everything."""

from datetime import datetime
from functools import partial
from typing import Any

from sqlmodel import Session, col, select

from models import outbox
from models.messages.watched_incident import watched_card, watched_reply
from models.outbox import Letter
from models.queries.watched import watched_incident_view
from models.recording.telling.listeners import who_listens
from models.rules.conversations import About, Conversation
from models.rules.routing import News, Topic
from models.rules.silence import Trouble
from models.rules.speaking import speaking
from models.rules.watched import WatchedKind
from models.tables import Posting, WatchedIncident
from models.views.watched import WatchedIncidentView


def open_trouble(
    session: Session, kind: WatchedKind, name: str, trouble: Trouble, now: datetime, **facts: Any
) -> WatchedIncident:
    """Open an incident of the source. No other one with the same trouble may be open."""
    incident = WatchedIncident(
        source=kind,
        name=name,
        trouble=trouble,
        opened_at=now,
        updated_at=now,
        **facts,
    )
    session.add(incident)
    session.flush()
    return incident


def end_trouble(
    session: Session, incident: WatchedIncident, resolution: str, now: datetime
) -> None:
    """End the incident; `resolution` is the reason, in words for people."""
    incident.resolution = resolution
    incident.resolved_at = now
    incident.updated_at = now
    session.add(incident)


def open_troubles(session: Session, kind: WatchedKind, name: str) -> list[WatchedIncident]:
    """What is wrong with the source now, oldest first."""
    still_open = select(WatchedIncident).where(
        WatchedIncident.source == kind,
        WatchedIncident.name == name,
        col(WatchedIncident.resolved_at).is_(None),
    )
    return list(session.exec(still_open.order_by(col(WatchedIncident.id))))


def announce_trouble(
    session: Session, incident: WatchedIncident | WatchedIncidentView, now: datetime
) -> None:
    """Tell those who follow everything: a card, edited in place.

    How it ended is told in the thread of the card and beside it. An incident that is a line of a
    mass silence gets no card of its own.
    """
    view = watched_incident_view(incident) if isinstance(incident, WatchedIncident) else incident
    broken = News(Topic.BROKEN, host_branch=view.host_branch, inside=True)
    fixed = News(Topic.FIXED, host_branch=view.host_branch, inside=True)
    conversation = Conversation.on(About.SOURCE, view.number)
    standing = outbox.standing(session, conversation)
    letters: list[Letter] = []
    for listener in who_listens(session):
        to = partial(Letter, listener.destination_id, conversation)
        if not listener.may_know(broken):
            continue
        with speaking(listener.language):
            if listener.destination_id in standing:
                letters.append(to(Posting.EDIT, watched_card(view)))
                if view.resolved_at and listener.hears_all(fixed):
                    letters.append(to(Posting.REPLY, watched_reply(view), broadcast=True))
            elif view.resolved_at is None and view.mass is None and listener.hears_all(broken):
                letters.append(to(Posting.POST, watched_card(view)))
    outbox.enqueue_all(session, letters, now)
