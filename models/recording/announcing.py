"""From the steps of stories to the outbox: who hears of each, in which conversation, in which words."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from models import outbox
from models.messages.incident import incident_card
from models.messages.message import Message
from models.messages.outbreak import outbreak_card, outbreak_reply
from models.messages.story import opened_reply, story_reply
from models.outside import GITHUB, opened
from models.queries.incidents import incident_view, outbreak_view
from models.recording.filing import follow_up
from models.recording.incidents import Told
from models.recording.listening import who_listens
from models.recording.outbreaks import gather
from models.recording.outside import tell_outside
from models.rules.incidents import StoryKind
from models.rules.routing import Listener, News, Topic
from models.rules.status import Verdict
from models.tables import Action, Outbreak
from models.views import IncidentView, OutbreakView

# What an outbreak's thread tells of its members, and what must not hide in any thread.
_TURNS = {StoryKind.OPENED, StoryKind.REOPENED, StoryKind.RESOLVED}
_STANDS_OUT = {StoryKind.REOPENED, StoryKind.RESOLVED}


def announce(session: Session, told: list[Told], now: datetime) -> None:
    """Put into the outbox what the steps mean to everyone who follows their plugins."""
    if not told:
        return
    session.flush()
    platforms = opened(session)
    files = GITHUB in platforms
    if files:
        follow_up(session, told, now)
    outbreaks = gather(session, told, now)
    everyone = who_listens(session)
    cards: dict[int, frozenset[int]] = {}
    for step in told:
        number = step.incident.id or 0
        cards[number] = outbox.standing(session, f"incident:{number}")
        for listener in everyone:
            stands = listener.destination_id in cards[number]
            _tell_incident(session, listener, step, now, stands=stands, files=files)
    tell_outside(session, [(step, _news(step)) for step in told], everyone, platforms, now)
    for outbreak in outbreaks:
        steps = [step for step in told if step.incident.outbreak_id == outbreak.id]
        _tell_outbreak(session, everyone, outbreak, [(step, cards[step.incident.id or 0]) for step in steps], now)


def _tell_incident(
    session: Session, listener: Listener, step: Told, now: datetime, *, stands: bool, files: bool
) -> None:
    """Keep a card true wherever it stands; tell of the step whoever wants to hear of it."""
    to = (session, listener.destination_id, f"incident:{step.incident.id}")
    heard = listener.hears(_news(step))
    if stands:
        outbox.enqueue(*to, Action.EDIT, incident_card(_view(step), files=files), now)
        if heard and not step.quiet and not _is_hidden(step):
            outbox.enqueue(*to, Action.REPLY, _reply(step, now), now, broadcast=step.kind in _STANDS_OUT)
    elif not heard or step.incident.muted_at or (step.incident.outbreak_id and listener.hears_all(_news(step))):
        return  # not wanted, or told as a line of its outbreak's card
    elif step.incident.resolved_at is not None:
        # Without a card there is no thread, and a card of what is over would say too much.
        conversation = f"fixed:{step.incident.id}:{step.incident.times}"
        outbox.enqueue(session, listener.destination_id, conversation, Action.POST, _reply(step, now), now)
    else:
        outbox.enqueue(*to, Action.POST, incident_card(_view(step), files=files), now)
        outbox.enqueue(*to, Action.REPLY, opened_reply(_view(step)), now)


def _news(step: Told) -> News:
    """The step as it matters for who hears of it."""
    incident, topic = step.incident, Topic.FIXED if step.incident.resolved_at else Topic.BROKEN
    return News(topic, incident.plugin_id, step.plugin.tags, incident.host_branch, Verdict(incident.verdict))


def _is_hidden(step: Told) -> bool:
    """Whether a mute keeps the step back; that it began is told."""
    return step.incident.muted_at is not None and step.kind is not StoryKind.MUTED


def _view(step: Told) -> IncidentView:
    return incident_view(step.incident, step.plugin)


def _reply(step: Told, now: datetime) -> Message:
    return story_reply(_view(step), step.kind, step.words, now, step.lines)


def _tell_outbreak(
    session: Session,
    everyone: Sequence[Listener],
    outbreak: Outbreak,
    steps: Sequence[tuple[Told, frozenset[int]]],
    now: datetime,
) -> None:
    """Tell of the steps of its members, each with the destinations where the member has a card of its own."""
    view = outbreak_view(session, outbreak)
    conversation = f"outbreak:{outbreak.id}"
    with_card = outbox.standing(session, conversation)
    broken = _broken(view)
    for listener in everyone:
        to = (session, listener.destination_id)
        gathered = [step for step, cards in steps if listener.destination_id not in cards and not _is_hidden(step)]
        heard = [step for step in gathered if listener.hears_all(_news(step))]
        if listener.destination_id in with_card:
            outbox.enqueue(*to, conversation, Action.EDIT, outbreak_card(view), now)
            for reply in _outbreak_replies(view, heard, now):
                outbox.enqueue(*to, conversation, Action.REPLY, reply, now, broadcast=view.resolved_at is not None)
        elif any(map(listener.hears_all, broken)):
            outbox.enqueue(*to, conversation, Action.POST, outbreak_card(view), now)
        elif heard and view.resolved_at is not None:
            over = f"fixed:outbreak:{outbreak.id}:{now.isoformat()}"
            outbox.enqueue(*to, over, Action.POST, outbreak_reply(view), now)


def _broken(view: OutbreakView) -> list[News]:
    """What is broken in the outbreak now, and not muted."""
    return [
        News(Topic.BROKEN, host_branch=incident.host_branch, verdict=incident.verdict)
        for incident in view.incidents
        if incident.resolved_at is None and not incident.care.is_muted
    ]


def _outbreak_replies(view: OutbreakView, heard: Sequence[Told], now: datetime) -> list[Message]:
    turns = {step.incident.id: step for step in heard if step.kind in _TURNS}
    moved = [incident for incident in view.incidents if incident.number in turns]
    if view.resolved_at is not None:
        return [outbreak_reply(view)] if moved else []
    broke = [incident for incident in moved if incident.resolved_at is None]
    fixed = [incident for incident in moved if incident.resolved_at is not None]
    recoveries = [story_reply(incident, StoryKind.RESOLVED, turns[incident.number].words, now) for incident in fixed]
    return [outbreak_reply(view, broke), *recoveries] if broke else recoveries
