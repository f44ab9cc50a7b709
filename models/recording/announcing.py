"""From the steps of stories to the outbox: who hears of each, in which conversation, in which words."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from models import outbox
from models.messages.incident import incident_card
from models.messages.message import Message
from models.messages.outbreak import outbreak_card, outbreak_reply
from models.messages.story import opened_reply, story_reply
from models.queries.incidents import incident_view, outbreak_view
from models.recording.incidents import Told
from models.recording.listening import who_listens
from models.recording.outbreaks import gather
from models.rules.incidents import StoryKind
from models.rules.routing import Listener, Topic
from models.tables import Action, Incident, Outbreak
from models.views import OutbreakView

# What an outbreak's thread tells of its members, and what must not hide in any thread.
_TURNS = {StoryKind.OPENED, StoryKind.REOPENED, StoryKind.RESOLVED}
_STANDS_OUT = {StoryKind.REOPENED, StoryKind.RESOLVED}


def announce(session: Session, told: list[Told], now: datetime) -> None:
    """Put into the outbox what the steps mean to everyone who follows their plugins."""
    if not told:
        return
    session.flush()
    outbreaks = gather(session, told, now)
    for listener in who_listens(session, Topic.INCIDENTS):
        alone = [step for step in told if _told_alone(session, listener, step.incident)]
        for step in alone:
            _tell_incident(session, listener, step, now)
        if listener.follows_all:
            gathered = [step for step in told if step not in alone]
            for outbreak in outbreaks:
                _tell_outbreak(session, listener, outbreak, gathered, now)


def _told_alone(session: Session, listener: Listener, incident: Incident) -> bool:
    """Whether the listener hears of the incident by a card of its own, not just as a line of its outbreak's card."""
    if not listener.hears(incident.plugin_id):
        return False
    if incident.outbreak_id is None or not listener.follows_all:
        return True
    return outbox.has_card(session, listener.destination_id, f"incident:{incident.id}")


def _tell_incident(session: Session, listener: Listener, step: Told, now: datetime) -> None:
    view = incident_view(step.incident, step.plugin)
    conversation = f"incident:{step.incident.id}"
    to = (session, listener.destination_id, conversation)
    stands = step.kind is not StoryKind.OPENED and outbox.has_card(*to)
    outbox.enqueue(*to, Action.EDIT if stands else Action.POST, incident_card(view), now)
    if not stands:
        outbox.enqueue(*to, Action.REPLY, opened_reply(view), now)
    elif not step.quiet:
        reply = story_reply(view, step.kind, step.words, now)
        outbox.enqueue(*to, Action.REPLY, reply, now, broadcast=step.kind in _STANDS_OUT)


def _tell_outbreak(
    session: Session, listener: Listener, outbreak: Outbreak, told: Sequence[Told], now: datetime
) -> None:
    view = outbreak_view(session, outbreak)
    to = (session, listener.destination_id, f"outbreak:{outbreak.id}")
    stands = outbox.has_card(*to)
    outbox.enqueue(*to, Action.EDIT if stands else Action.POST, outbreak_card(view), now)
    if stands:
        turns = {step.incident.id: step for step in told if step.kind in _TURNS}
        for reply in _outbreak_replies(view, turns, now):
            outbox.enqueue(*to, Action.REPLY, reply, now, broadcast=view.resolved_at is not None)


def _outbreak_replies(view: OutbreakView, turns: dict[int | None, Told], now: datetime) -> list[Message]:
    moved = [incident for incident in view.incidents if incident.number in turns]
    if view.resolved_at is not None:
        return [outbreak_reply(view)] if moved else []
    broke = [incident for incident in moved if incident.resolved_at is None]
    fixed = [incident for incident in moved if incident.resolved_at is not None]
    recoveries = [story_reply(incident, StoryKind.RESOLVED, turns[incident.number].words, now) for incident in fixed]
    return [outbreak_reply(view, broke), *recoveries] if broke else recoveries
