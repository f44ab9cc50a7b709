"""How recorders of one event each become recorders of many, as `record` calls them; a noun's table is made of these."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from sqlmodel import Session

from models.events import Event, Outcome
from models.messages.acting import too_often
from models.people.persons import MOST_TRIES, tries_too_often
from models.recording.verdicts.incidents import Told
from models.rules.people import Actor


class Recorded(NamedTuple):
    """What became of each of some events, and what people are to be told of incidents."""

    outcomes: list[Outcome]
    told: list[Told]


# Called with the session, events of one kind in their order, and now.
Recorder = Callable[..., Recorded]
Recorders = dict[type[Event], Recorder]
# Those of one event: that may change incidents, so that something is told of them; and that change none.
OnIncidents = dict[type[Event], Callable[..., tuple[Outcome, list[Told]]]]
WithoutIncidents = dict[type[Event], Callable[..., Outcome]]


class _DoneBySomebody(Protocol):
    """What somebody does."""

    @property
    def actor(self) -> Actor:
        """Who does it."""


def one_by_one(table: OnIncidents) -> Recorders:
    """Recorders of many events, which they record one after the other."""
    return {kind: _one_by_one(record_one) for kind, record_one in table.items()}


def without_incidents(table: WithoutIncidents) -> Recorders:
    """The same of recorders that change no incident."""
    return {kind: _without_incidents(record_one) for kind, record_one in table.items()}


def by_people(table: Recorders) -> Recorders:
    """The same, but people without a role who try too often are answered so, and nothing of theirs is stored."""
    return {kind: _by_people(recorder) for kind, recorder in table.items()}


def _one_by_one(record_one: Callable[..., tuple[Outcome, list[Told]]]) -> Recorder:
    def recorder(session: Session, events: Sequence[Event], now: datetime) -> Recorded:
        recorded = Recorded([], [])
        for event in events:
            outcome, told = record_one(session, event, now)
            recorded.outcomes.append(outcome)
            recorded.told.extend(told)
        return recorded

    return recorder


def _without_incidents(record_one: Callable[..., Outcome]) -> Recorder:
    def recorder(session: Session, events: Sequence[Event], now: datetime) -> Recorded:
        return Recorded([record_one(session, event, now) for event in events], [])

    return recorder


def _by_people(recorder: Recorder) -> Recorder:
    def patient(session: Session, events: Sequence[_DoneBySomebody], now: datetime) -> Recorded:
        recorded = Recorded([], [])
        for event in events:
            if tries_too_often(session, event.actor, now):
                recorded.outcomes.append(Outcome(answer=too_often(MOST_TRIES)))
                continue
            outcomes, told = recorder(session, [event], now)
            recorded.outcomes.extend(outcomes)
            recorded.told.extend(told)
        return recorded

    return patient
