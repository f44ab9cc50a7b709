"""From the steps of stories to the outbox: who hears of each, in which conversation, in which words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

import structlog
from sqlmodel import Session

from models import outbox
from models.database import bulk
from models.database.engine import is_whole
from models.events import Outcome, StepsLeft
from models.outbox import UnwrittenLetter, posted
from models.outbox.ways_out import EXTENSION, GITHUB
from models.people.maintainers import MAINTAINERS, names_among
from models.queries.clearances import BOUNDS, Bounds, bounds_among
from models.recording.telling.card_groups import CardGroup, card_groups, card_of, standing_out
from models.recording.telling.composing import TellableStep, step_of
from models.recording.telling.filing import follow_up
from models.recording.telling.listeners import LISTENING, listeners_among
from models.recording.telling.outbreak_news import tell_of_outbreaks, tell_outbreak
from models.recording.telling.outside import tell_outside
from models.recording.telling.rushes import BREAKS_ANEW, ListPlace, Rushes, rushes
from models.recording.telling.unannounced import take_left
from models.recording.verdicts.incidents import Told
from models.recording.verdicts.outbreaks import gather
from models.rules.conversations import About, Conversation
from models.rules.incidents import StoryKind
from models.rules.routing import Listener
from models.tables import Posting

_log = structlog.get_logger()


def announce(session: Session, told: list[Told], now: datetime) -> None:
    """Put into the outbox what the steps mean to everyone who follows their plugins, after those that were left."""
    if told:
        _announce_left(session, now)
        _announce(session, told, now)


def record_steps_left(session: Session, _left: StepsLeft, now: datetime) -> Outcome:
    """Announce what was left."""
    _announce_left(session, now)
    return Outcome()


def _announce_left(session: Session, now: datetime) -> None:
    """Together or, if that fails, step by step: what cannot be announced is put aside, or nothing ever would be."""
    left = take_left(session)
    if left and not _is_announced(session, left, now):
        for step in left:
            if not _is_announced(session, [step], now):
                _log.error("step_not_announced", kind=step.kind, words=step.words)


def _is_announced(session: Session, told: list[Told], now: datetime) -> bool:
    try:
        with session.begin_nested():
            _announce(session, told, now)
    except Exception as error:
        if not is_whole(session):
            raise  # the disk is full: nothing is put aside
        _log.warning("steps_failed", steps=len(told), error=type(error).__name__)
        return False
    return True


def _announce(session: Session, told: list[Told], now: datetime) -> None:
    outbreaks = gather(session, told, now)
    groups = card_groups(session, told)
    ids = {step.incident.plugin_id for step in told}
    asked = BOUNDS | MAINTAINERS | LISTENING
    found = bulk.fetch(session, asked, plugins=[(id_,) for id_ in ids])
    within, maintainers = bounds_among(found), names_among(found)
    if GITHUB in within.opened:
        follow_up(session, told, now)
    steps = _steps(told, groups, within, maintainers, now)
    # What is new has no card yet.
    older = [step for step in steps if not _is_new(step)]
    standing: dict[str, set[int]] = {step.conversation: set() for step in steps}
    standing |= outbox.all_standing(session, {step.conversation for step in older})
    everyone = listeners_among(session, found, within)
    listed = rushes(session, {step.group.number for step in older}, within.private, now)
    cards = _tell_in_chat(session, steps, everyone, standing, listed)
    tell_outside(session, steps, standing, within.opened)
    if EXTENSION in within.opened:
        tell_of_outbreaks(session, outbreaks, now)
    for outbreak in (each.row for each in outbreaks):
        members = [
            (step, cards[step.number])
            for step in steps
            if step.told.incident.outbreak_id == outbreak.id
        ]
        tell_outbreak(session, everyone, outbreak, members, within.private, now)


def _steps(
    told: Sequence[Told],
    groups: Mapping[int, CardGroup],
    within: Bounds,
    maintainers: Mapping[int, tuple[str, ...]],
    now: datetime,
) -> list[TellableStep]:
    outstanding = standing_out(told, groups)
    return [
        step_of(
            step,
            groups[card_of(step.incident)],
            now,
            within.private,
            files=GITHUB in within.opened,
            stands_out=place in outstanding,
            maintainers=maintainers,
        )
        for place, step in enumerate(told)
    ]


def _is_new(step: TellableStep) -> bool:
    """Whether it opens an incident that is told by no other one's card, and so stands in no list yet."""
    return step.told.kind is StoryKind.OPENED and step.group.number == step.number


def _tell_in_chat(
    session: Session,
    steps: Sequence[TellableStep],
    everyone: Sequence[Listener],
    standing: dict[str, set[int]],
    listed: Rushes,
) -> dict[int, frozenset[int]]:
    """Tell all who listen; return where the card of each incident stood before. `standing` learns of the new ones."""
    cards: dict[int, frozenset[int]] = {}
    letters: list[UnwrittenLetter] = []
    for step in steps:
        there = standing[step.conversation]
        cards[step.number] = frozenset(there | listed.where(step.group.number))
        said: list[UnwrittenLetter] = []
        for listener in everyone:
            said += _told_to(listener, step, listed, stands=listener.destination_id in there)
        there |= posted(said, step.conversation)
        letters += said
    outbox.enqueue_all(session, listed.gather(letters, everyone), listed.now)
    listed.settle()
    return cards


def _told_to(
    listener: Listener, step: TellableStep, listed: Rushes, *, stands: bool
) -> Iterator[UnwrittenLetter]:
    """Tell it in the thread of the list that the incident stands in, if it does and has no card of its own."""
    place = listed.place(listener.destination_id, step.group.number)
    anew = step.told.kind in BREAKS_ANEW and not step.told.quiet
    if stands or place is None or (place.is_over and anew):
        return _letters(listener, step, stands=stands)
    return _listed_letters(listener, step, place)


def _listed_letters(
    listener: Listener, step: TellableStep, place: ListPlace
) -> Iterator[UnwrittenLetter]:
    told, allowed = step.told, listener.allowed
    if not (listener.hears(step.news) and step.tells(allowed)) or told.quiet or step.is_muted:
        return
    yield UnwrittenLetter(
        listener.destination_id,
        place.conversation,
        Posting.REPLY,
        partial(step.reply, listener),
        broadcast=step.stands_out,
        private=step.private and not step.hides(allowed),
    )


def _letters(listener: Listener, step: TellableStep, *, stands: bool) -> Iterator[UnwrittenLetter]:
    """Keep a card true wherever it stands; tell of the step whoever wants to hear of it."""
    told, allowed = step.told, listener.allowed
    private = step.private and not step.hides(allowed)
    to = partial(UnwrittenLetter, listener.destination_id, step.conversation, private=private)
    heard = listener.hears(step.news)
    if stands:
        if listener.may_know(step.news) or step.group.is_over:
            yield to(Posting.EDIT, partial(step.card, listener))
        if heard and step.tells(allowed) and not told.quiet and not step.is_muted:
            yield to(Posting.REPLY, partial(step.reply, listener), broadcast=step.stands_out)
    elif (
        not heard
        or told.incident.muted_at
        or (told.incident.outbreak_id and listener.hears_all(step.news))
        or step.is_held_back
    ):
        return  # not wanted, or told as a line of its outbreak's or server's card
    elif told.incident.resolved_at is not None:
        # Without a card there is no thread, and a card of what is over would say too much.
        if step.tells(allowed):
            alone = Conversation.on(About.FIXED, step.number, told.incident.times)
            yield replace(to(Posting.POST, partial(step.reply, listener)), conversation=alone)
    else:
        yield to(Posting.POST, partial(step.card, listener))
        yield to(Posting.REPLY, partial(step.opened, listener))
