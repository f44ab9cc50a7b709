"""From changed verdicts to statuses and incidents: the seldom-walked half of recording."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from models.database import bulk
from models.recording.verdicts.allowance import MADE, Allowance
from models.recording.verdicts.changes import (
    Change,
    DetachedWord,
    Failure,
    FieldChange,
    Found,
    Key,
    turns,
)
from models.recording.verdicts.counting import EXTENTS, about, extents_among
from models.recording.verdicts.describing import accuse, describe, reword, suspect_again
from models.recording.verdicts.doubting import (
    ALIKE,
    Alike,
    alike_among,
    confirm,
    confirmed_by,
    doubt_about,
    words_of,
)
from models.recording.verdicts.field import settle_field
from models.recording.verdicts.healing import heals, resolved
from models.recording.verdicts.incidents import (
    StoryStep,
    Told,
    note_failing_sites,
    opened_by,
    symptom_of,
    tell_all,
)
from models.recording.verdicts.key_states import (
    NEWEST,
    SAID,
    CountedVerdict,
    combined,
    counted_among,
    newest_among,
    rows_of,
    store_statuses,
)
from models.recording.verdicts.opening import Opening, open_all
from models.recording.verdicts.pinned import what_pinned
from models.recording.verdicts.proving import EVIDENCE, prove_among, since
from models.recording.verdicts.same_error import is_same_error
from models.recording.verdicts.standing import LAST_SAID, standings_among
from models.rules.blame import Pair, known_pair
from models.rules.incidents import FIELD_EVIDENCE, StoryKind, Transition, transition
from models.rules.sources import IN_REPOSITORY
from models.rules.status import Verdict
from models.tables import Incident, SourceVerdict

# What is known of keys whose verdicts change.
_KNOWN = SAID | LAST_SAID | NEWEST | ALIKE


def settle(
    session: Session, changes: Sequence[Found], allowance: Allowance, now: datetime
) -> list[Told]:
    """Bring statuses and incidents in line with the changes, as far as the allowance goes.

    Returns what is to be told, in order.
    """
    # The verdicts are stored already, so of several changes to a key in one batch only the last one still holds.
    verdicts = {
        (change.key, change.source): change for change in changes if isinstance(change, Change)
    }
    told: list[Told] = []
    for turn in turns(verdicts.values()):
        told += _settle(session, turn, allowance, now)
    for change in changes:
        if isinstance(change, FieldChange):
            told += settle_field(session, change, now)
    detached = {change for change in changes if isinstance(change, DetachedWord)}
    return told + _settle_pinned(session, detached, allowance, now) if detached else told


def _settle_pinned(
    session: Session, words: Collection[DetachedWord], allowance: Allowance, now: datetime
) -> list[Told]:
    pinned = what_pinned(session, words, now)
    told = tell_all(session, pinned.steps, now)
    return told + _settle(session, pinned.ended, allowance, now) if pinned.ended else told


def _settle(
    session: Session, changes: Mapping[Key, Change], allowance: Allowance, now: datetime
) -> list[Told]:
    made_before = allowance.question(changes.values())
    found = bulk.fetch(
        session,
        _KNOWN | MADE if made_before else _KNOWN,
        words=words_of(changes.values()),
        **rows_of(changes),
        **made_before,
    )
    if made_before:
        allowance.learn(found)
    counted = counted_among(found, changes, now)
    statuses = combined(counted)
    store_statuses(session, statuses, standings_among(found), now)
    known = newest_among(session, found)
    words = alike_among(found, changes)
    context = _Context(session, allowance, words, now)
    steps = [
        _step(context, change, _State(counted[key], statuses[key], known.get(key)))
        for key, change in changes.items()
    ]
    made = open_all(session, [step for step in steps if step], now)
    made += confirmed_by(session, made, words, now)
    if made or any(map(_may_clear, changes.values())):
        opened = opened_by(made)
        shown = bulk.fetch(
            session, EVIDENCE | EXTENTS, **since(now), **about(map(symptom_of, opened), now)
        )
        note_failing_sites(opened, extents_among(shown))
        made += prove_among(session, shown, made, now)
    return tell_all(session, made, now)


def _may_clear(change: Change) -> bool:
    """Whether it may show who is guilty of what another branch or source calls broken."""
    return change.source in IN_REPOSITORY or change.verdict is Verdict.COMPATIBLE


@dataclass(frozen=True, slots=True)
class _Context:
    session: Session
    allowance: Allowance
    words: Sequence[Alike]
    now: datetime

    def opening(self, last: Incident | None, change: Change) -> Opening:
        return Opening(last, change, change.source, doubt_about(change, last, self.words))


class _State(NamedTuple):
    """A key with the change: what the sources say, what follows from it, and its newest incident."""

    counted: Sequence[CountedVerdict]
    verdict: Verdict
    incident: Incident | None


def _step(context: _Context, change: Change, state: _State) -> StoryStep | Opening | None:
    last, now = state.incident, context.now
    is_open = last is not None and last.resolved_at is None
    flaps = last is not None and is_same_error(context.session, last, change.failure)
    ended = last.resolved_at if last and flaps else None
    match transition(state.verdict, is_open=is_open, last_resolved_at=ended, now=now):
        case Transition.OPEN if change.verdict.broken and context.allowance.take(change):
            return context.opening(None, change)
        case Transition.REOPEN if change.verdict.broken and context.allowance.take(change):
            return context.opening(last, change)
        case Transition.CHANGE if last:
            worst = _worst(context.session, change, state)
            return _update(context, last, worst, said_again=worst is change)
        case Transition.RESOLVE if last and heals(last, change, state.counted):
            return resolved(last, change, state.counted, now)
    return None


def _worst(session: Session, change: Change, state: _State) -> Change:
    """What the combined verdict rests on: the change itself, or what another source still says."""
    verdict = state.verdict
    if change.verdict is verdict:
        return change
    source = next(each.source for each in state.counted if each.effective is verdict)
    # The hot path writes past the session, so what the session remembers may be old.
    row = session.get_one(SourceVerdict, (*change.key, source), populate_existing=True)
    good = known_pair(row.good_plugin_sha, row.good_host_sha)
    failure = Failure(row.fingerprint or "", row.message, row.backtrace, row.said_by, row.reference)
    return Change(change.key, source, verdict, Pair(row.plugin_sha, row.host_sha), good, failure)


def _update(
    context: _Context, incident: Incident, worst: Change, *, said_again: bool
) -> StoryStep | None:
    """Still broken: at newer commits, in another way, or both.

    The same failure on the same commits is no news, unless it was in doubt and is `said_again`.
    """
    differs = not is_same_error(context.session, incident, worst.failure)
    words = incident.fingerprint
    turned = (incident.verdict, incident.origin) != (worst.verdict, worst.source)
    moved = Pair(incident.last_plugin_sha, incident.last_host_sha) != worst.pair
    confirms = not incident.confirmed and said_again and (moved or turned or not differs)
    if not (differs or turned or moved or confirms):
        # In more words perhaps, as when a console log comes later, or by a later run.
        if worst.failure:
            reword(incident, worst.failure)
        _keep_cause(incident, words)
        return None
    # The same run may be told of in more words later on: of a CI run GitHub delivers less than it answers.
    says_more = (
        not moved
        and worst.failure is not None
        and worst.failure.reference == incident.reference is not None
    )
    if worst.pair.host_sha and _knew_no_commits(incident):
        accuse(incident, worst)
    incident.origin = worst.source
    describe(incident, worst, context.now)
    if says_more or not differs:
        _keep_cause(incident, words)
    elif incident.proof:
        suspect_again(incident)
    if not context.allowance.take(worst):
        return None
    if confirms:
        return confirm(incident, context.now)
    is_news = (turned or (differs and not says_more)) and incident.confirmed
    return StoryStep(incident, StoryKind.CHANGED, quiet=not is_news)


def _keep_cause(incident: Incident, words: str) -> None:
    """What was named for these words is the cause of the present ones, which tell of the same."""
    if incident.cause_words == words:
        incident.cause_words = incident.fingerprint


def _knew_no_commits(incident: Incident) -> bool:
    """Whether those who saw it first could not say which commits it worked on: CI names none of the host, and of
    client sites each has its own.
    """
    return not incident.bad_host_sha or incident.origin == FIELD_EVIDENCE
