"""From the steps of an outbreak's members to the outbox: one card for all of them, edited as it grows."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

from sqlmodel import Session, col, select

from models import outbox
from models.messages.message import Message
from models.messages.outbreak import outbreak_card, outbreak_reply
from models.messages.story import story_reply
from models.outbox import Letter
from models.queries.incidents import outbreak_view
from models.queries.privacy import PRIVATE
from models.recording.telling.composing import TellableStep
from models.recording.verdicts.incidents import Told
from models.rules.conversations import About, Conversation
from models.rules.incidents import StoryKind
from models.rules.privacy import EVERYTHING, Clearance
from models.rules.routing import Listener, News, Topic
from models.tables import Incident, Outbreak, Plugin, Posting
from models.views import IncidentView, OutbreakView

# What an outbreak's thread tells of its members.
_TURNS = {StoryKind.OPENED, StoryKind.REOPENED, StoryKind.RESOLVED}

# A member's step, and the destinations where the member has a card of its own.
Member = tuple[TellableStep, frozenset[int]]


class _Seen:
    """The outbreak as far as it may be known, looked up once for all who may know the same."""

    def __init__(self, session: Session, outbreak: Outbreak) -> None:
        self._session = session
        private = select(Plugin.handle).join(Incident).where(Incident.outbreak_id == outbreak.id)
        self._private = frozenset(session.exec(private.where(col(Plugin.id).in_(PRIVATE))))
        self._outbreak = outbreak
        self._views: dict[Clearance, OutbreakView] = {}
        self._cards: dict[Clearance, Message] = {}

    def view(self, allowed: Clearance) -> OutbreakView:
        if allowed not in self._views:
            self._views[allowed] = outbreak_view(self._session, self._outbreak, allowed=allowed)
        return self._views[allowed]

    def card(self, allowed: Clearance) -> Message:
        if allowed not in self._cards:
            self._cards[allowed] = outbreak_card(self.view(allowed))
        return self._cards[allowed]

    def broken(self, allowed: Clearance) -> list[News]:
        """What is broken in it now, and not muted, which not everyone may know."""
        muted = {each.number for each in self.view(EVERYTHING).incidents if each.care.is_muted}
        return [
            News(Topic.BROKEN, host_branch=incident.host_branch, verdict=incident.verdict)
            for incident in self.view(allowed).incidents
            if incident.resolved_at is None and incident.number not in muted
        ]

    def is_private(self, allowed: Clearance) -> bool:
        """Whether what is told tells more of a private plugin than everyone may know."""
        knows = allowed.every_plugin or allowed.plugins
        return bool(knows) and any(
            each.plugin.handle in self._private for each in self.view(allowed).incidents
        )


def tell_outbreak(
    session: Session,
    everyone: Sequence[Listener],
    outbreak: Outbreak,
    members: Sequence[Member],
    now: datetime,
) -> None:
    """Tell of the steps of its members to all who may know of any."""
    seen = _Seen(session, outbreak)
    with_card = outbox.standing(session, Conversation.on(About.OUTBREAK, outbreak.id))
    letters: list[Letter] = []
    for listener in everyone:
        if seen.view(listener.allowed).incidents:
            letters += _letters(
                listener, seen, members, now, stands=listener.destination_id in with_card
            )
    outbox.enqueue_all(session, letters, now)


def _letters(
    listener: Listener, seen: _Seen, members: Sequence[Member], now: datetime, *, stands: bool
) -> Iterator[Letter]:
    view = seen.view(listener.allowed)
    conversation = Conversation.on(About.OUTBREAK, view.number)
    to = partial(Letter, listener.destination_id, private=seen.is_private(listener.allowed))
    gathered = [
        step
        for step, cards in members
        if listener.destination_id not in cards and not step.is_muted
    ]
    heard = [
        step for step in gathered if listener.hears_all(step.news) and step.tells(listener.allowed)
    ]
    if stands:
        yield to(conversation, Posting.EDIT, seen.card(listener.allowed))
        ended = view.resolved_at is not None
        for reply in _replies(view, heard, now):
            yield to(conversation, Posting.REPLY, reply, broadcast=ended)
    elif any(map(listener.hears_all, seen.broken(listener.allowed))):
        yield to(conversation, Posting.POST, seen.card(listener.allowed))
    elif heard and view.resolved_at is not None:
        over = Conversation.on(About.FIXED, conversation, now.isoformat())
        yield to(over, Posting.POST, outbreak_reply(view))


def _replies(view: OutbreakView, heard: Sequence[TellableStep], now: datetime) -> list[Message]:
    turns = {step.number: step.told for step in heard if step.told.kind in _TURNS}
    moved = [incident for incident in view.incidents if incident.number in turns]
    if view.resolved_at is not None:
        return [outbreak_reply(view)] if moved else []
    broke = [incident for incident in moved if incident.resolved_at is None]
    fixed = [incident for incident in moved if incident.resolved_at is not None]
    recoveries = [_recovery(incident, turns[incident.number], now) for incident in fixed]
    return [outbreak_reply(view, broke), *recoveries] if broke else recoveries


def _recovery(incident: IncidentView, step: Told, now: datetime) -> Message:
    return story_reply(incident, StoryKind.RESOLVED, step.words, now)
