"""How a recorder of one event becomes one of many: what each answers, and which steps people are told of."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from sqlmodel import Session

from models.events import Event, Outcome
from models.messages.acting import too_often
from models.people.persons import MOST_TRIES, tries_too_often
from models.recording.verdicts.incidents import Told
from models.rules.people import Actor

Recorded = tuple[list[Outcome], list[Told]]


class _DoneBySomebody(Protocol):
    """What somebody does."""

    @property
    def actor(self) -> Actor:
        """Who does it."""


def one_by_one(record_one: Callable[..., tuple[Outcome, list[Told]]]) -> Callable[..., Recorded]:
    """Record many events one after the other, in their order."""

    def recorder(session: Session, events: Sequence[Event], now: datetime) -> Recorded:
        outcomes: list[Outcome] = []
        told: list[Told] = []
        for event in events:
            outcome, steps = record_one(session, event, now)
            outcomes.append(outcome)
            told += steps
        return outcomes, told

    return recorder


def by_people(recorder: Callable[..., Recorded]) -> Callable[..., Recorded]:
    """The same, but people without a role who try too often are answered so, and nothing of theirs is stored."""

    def patient(session: Session, events: Sequence[_DoneBySomebody], now: datetime) -> Recorded:
        outcomes: list[Outcome] = []
        told: list[Told] = []
        for event in events:
            if tries_too_often(session, event.actor, now):
                outcomes.append(Outcome(answer=too_often(MOST_TRIES)))
                continue
            recorded, steps = recorder(session, [event], now)
            outcomes += recorded
            told += steps
        return outcomes, told

    return patient


def without_steps(record_one: Callable[..., Outcome]) -> Callable[..., Recorded]:
    """For events that are no step of an incident, so that there is nothing to announce."""

    def recorder(session: Session, events: Sequence[Event], now: datetime) -> Recorded:
        return [record_one(session, event, now) for event in events], []

    return recorder
