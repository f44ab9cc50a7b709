"""From the steps of an outbreak's members to the outbox: one card for all of them, edited as it grows."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from models import outbox
from models.extensions.happening import happened
from models.extensions.raising import Fact
from models.messages.message import Message
from models.messages.outbreak import outbreak_act_reply, outbreak_card, outbreak_reply
from models.messages.story import story_reply
from models.outbox import Letter
from models.queries.outbreaks import outbreak_view
from models.queries.privacy import PRIVATE, visible
from models.recording.telling.composing import TellableStep
from models.recording.verdicts.outbreaks import MovedOutbreak
from models.rules.conversations import About, Conversation
from models.rules.incidents import ACTS, StoryKind
from models.rules.privacy import PUBLIC, Clearance
from models.rules.routing import Listener, News, Topic
from models.rules.speaking import speaking
from models.rules.status import Verdict
from models.tables import Incident, Outbreak, Posting
from models.views import IncidentView
from models.views.outbreaks import OutbreakView

# What an outbreak's thread tells of its members.
_TRANSITIONS = {StoryKind.OPENED, StoryKind.REOPENED, StoryKind.CONFIRMED, StoryKind.RESOLVED}

# And of what people do about them; an issue stands in one plugin's repository.
_ACTS = ACTS - {StoryKind.FILED}

# A member's step, and the destinations where the member has a card of its own.
Member = tuple[TellableStep, frozenset[int]]


class _Replies(NamedTuple):
    """What people did about an outbreak's incidents, and what became of these."""

    of_acts: Sequence[Message]
    of_turns: Sequence[Message]


class _Seen:
    """The outbreak as far as it may be known, looked up and composed once for all who may know the same."""

    def __init__(self, session: Session, outbreak: Outbreak, private: Collection[int]) -> None:
        self._session = session
        self._outbreak = outbreak
        self._of_private = private
        self._views: dict[Clearance, OutbreakView] = {}
        self._cards: dict[tuple[Clearance, str], Message] = {}
        self._private: dict[Clearance, bool] = {}
        self._broken: dict[Clearance, list[News]] = {}
        self._replies: dict[tuple[Clearance, str, tuple[int, ...]], _Replies] = {}

    def view(self, allowed: Clearance) -> OutbreakView:
        if allowed not in self._views:
            self._views[allowed] = outbreak_view(self._session, self._outbreak, allowed=allowed)
        return self._views[allowed]

    def card(self, to: Listener) -> Message:
        """The card in the language that is spoken there."""
        key = to.allowed, to.language
        if key not in self._cards:
            self._cards[key] = outbreak_card(self.view(to.allowed))
        return self._cards[key]

    def replies(self, to: Listener, heard: Sequence[TellableStep], now: datetime) -> _Replies:
        """What its thread is told there of these steps, in the language that is spoken there."""
        key = to.allowed, to.language, tuple(map(id, heard))
        if key not in self._replies:
            view = self.view(to.allowed)
            self._replies[key] = _Replies(
                _act_replies(view, heard, to.allowed), _replies(view, heard, to.allowed, now)
            )
        return self._replies[key]

    def broken(self, allowed: Clearance) -> list[News]:
        """What is broken in it now, and not muted, as far as it may be known; what is alike only once."""
        if allowed not in self._broken:
            self._broken[allowed] = self._read_broken(allowed)
        return self._broken[allowed]

    def _read_broken(self, allowed: Clearance) -> list[News]:
        kinds = select(Incident.host_branch, Incident.verdict).distinct()
        unmuted = col(Incident.resolved_at).is_(None), col(Incident.muted_at).is_(None)
        found = self._session.exec(kinds.where(*self._members(allowed), *unmuted))
        return [
            News(Topic.BROKEN, host_branch=host_branch, verdict=Verdict(verdict))
            for host_branch, verdict in found
        ]

    def is_private(self, allowed: Clearance) -> bool:
        """Whether what is told tells more of a private plugin than everyone may know."""
        if not self._of_private or not (allowed.every_plugin or allowed.plugins):
            return False
        if allowed not in self._private:
            self._private[allowed] = self._read_private(allowed)
        return self._private[allowed]

    def _read_private(self, allowed: Clearance) -> bool:
        private = select(Incident.id).where(
            *self._members(allowed), col(Incident.plugin_id).in_(PRIVATE)
        )
        return self._session.exec(private.limit(1)).first() is not None

    def _members(self, allowed: Clearance) -> tuple[ColumnElement[bool], ...]:
        """The conditions of the members that may be known."""
        shown = visible(col(Incident.plugin_id), col(Incident.origin), allowed)
        return col(Incident.outbreak_id) == self._outbreak.id, shown


def tell_outbreak(
    session: Session,
    everyone: Sequence[Listener],
    outbreak: Outbreak,
    members: Sequence[Member],
    private: Collection[int],
    now: datetime,
) -> None:
    """Tell of the steps of its members to all who may know of any. `private` are the plugins that are, by their ids."""
    seen = _Seen(session, outbreak, private)
    with_card = outbox.standing(session, Conversation.on(About.OUTBREAK, outbreak.id))
    letters: list[Letter] = []
    for listener in everyone:
        if seen.view(listener.allowed).tally.incidents:
            with speaking(listener.language):
                letters += _letters(
                    listener, seen, members, now, stands=listener.destination_id in with_card
                )
    outbox.enqueue_all(session, letters, now)


def tell_of_outbreaks(session: Session, moved: Sequence[MovedOutbreak], now: datetime) -> None:
    """Tell extensions which began and ended, of those of which everyone may know an incident."""
    for each in moved:
        if each.transition is None:
            continue
        view = outbreak_view(session, each.row, allowed=PUBLIC)
        if view.tally.incidents:
            facts: dict[str, Fact] = {
                "outbreak": view.number,
                "incidents": view.tally.incidents,
                "host_branch": view.host_branch,
            }
            happened(session, f"outbreak.{each.transition}", now, facts)


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
        yield to(conversation, Posting.EDIT, seen.card(listener))
        replies = seen.replies(listener, heard, now)
        for reply in replies.of_acts:
            yield to(conversation, Posting.REPLY, reply)
        ended = view.resolved_at is not None
        for reply in replies.of_turns:
            yield to(conversation, Posting.REPLY, reply, broadcast=ended)
    elif any(map(listener.hears_all, seen.broken(listener.allowed))):
        yield to(conversation, Posting.POST, seen.card(listener))
    elif heard and view.resolved_at is not None:
        over = Conversation.on(About.FIXED, conversation, now.isoformat())
        yield to(over, Posting.POST, outbreak_reply(view))


def _act_replies(
    view: OutbreakView, heard: Sequence[TellableStep], allowed: Clearance
) -> list[Message]:
    """What people did about its incidents, said once where they did the same about several."""
    acts: dict[str, list[IncidentView]] = {}
    for step in heard:
        if step.told.kind in _ACTS and not step.told.quiet and allowed.inside:
            acts.setdefault(step.told.words, []).append(step.view(allowed))
    return [outbreak_act_reply(view, words, incidents) for words, incidents in acts.items()]


def _replies(
    view: OutbreakView, heard: Sequence[TellableStep], allowed: Clearance, now: datetime
) -> list[Message]:
    transitions = {step.number: step for step in heard if step.told.kind in _TRANSITIONS}
    if view.resolved_at is not None:
        return [outbreak_reply(view)] if transitions else []
    moved = [
        (transitions[number], transitions[number].view(allowed)) for number in sorted(transitions)
    ]
    broke = [incident for _, incident in moved if incident.resolved_at is None]
    recoveries = [
        story_reply(incident, StoryKind.RESOLVED, step.told.words, now)
        for step, incident in moved
        if incident.resolved_at is not None
    ]
    return [outbreak_reply(view, broke), *recoveries] if broke else recoveries
