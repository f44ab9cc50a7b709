"""The one way in: events are recorded, and what they mean to people is announced, in the caller's one transaction.

Nothing here commits. The caller answers its sender only after its transaction has committed.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import groupby

from sqlmodel import Session

from models.database import be_alone
from models.events import Event, GuardReport, Outcome, Overdue, Registration, Statistics
from models.recording.announcing import announce
from models.recording.guard import record_reports
from models.recording.incidents import Told
from models.recording.overdue import record_overdue
from models.recording.registration import record_registration
from models.recording.settle import settle
from models.recording.statistics import record_statistics

Recorded = tuple[list[Outcome], list[Told]]


def record(session: Session, events: Sequence[Event], now: datetime) -> list[Outcome]:
    """Record events that arrived together, in their order; return what became of each.

    `now` is the time of arrival, with its time zone.
    """
    outcomes: list[Outcome] = []
    told: list[Told] = []
    for kind, alike in groupby(events, type):
        if kind is not GuardReport:
            be_alone(session)
        recorded, steps = _RECORDERS[kind](session, list(alike), now)
        outcomes += recorded
        told += steps
    announce(session, told, now)
    return outcomes


def _reports(session: Session, events: list[GuardReport], now: datetime) -> Recorded:
    outcomes, changes = record_reports(session, events, now)
    return outcomes, settle(session, changes, now)


def _registrations(session: Session, events: list[Registration], now: datetime) -> Recorded:
    return [record_registration(session, event, now) for event in events], []


def _statistics(session: Session, events: list[Statistics], now: datetime) -> Recorded:
    return [record_statistics(session, event, now) for event in events], []


def _overdue(session: Session, events: list[Overdue], now: datetime) -> Recorded:
    recorded = [record_overdue(session, event, now) for event in events]
    return [outcome for outcome, _ in recorded], [step for _, told in recorded for step in told]


_RECORDERS: dict[type[Event], Callable[..., Recorded]] = {
    GuardReport: _reports,
    Registration: _registrations,
    Statistics: _statistics,
    Overdue: _overdue,
}
