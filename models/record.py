"""The one way in: events are recorded, and what they mean to people is announced, in the caller's one transaction.

Where heartbeats wait for that transaction, many steps are stored with the state instead, and announced by the next one.
Nothing here commits. The caller answers its sender only after its transaction has committed.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from sqlmodel import Session

from models.database.engine import be_alone
from models.events import Event, GuardReport, Outcome
from models.events.statistics import Statistics
from models.recorders import Recorders
from models.recording.canary.recorders import RECORDERS as CANARY
from models.recording.github.recorders import RECORDERS as GITHUB
from models.recording.guard.recorders import RECORDERS as GUARD
from models.recording.people.recorders import RECORDERS as PEOPLE
from models.recording.silence.recorders import RECORDERS as SILENCE
from models.recording.telling.announcing import announce
from models.recording.telling.recorders import RECORDERS as TELLING
from models.recording.telling.unannounced import is_to_be_left, leave
from models.recording.verdicts.incidents import Told
from models.recording.verdicts.muting import end_fixed

RECORDERS: Recorders = GUARD | CANARY | GITHUB | PEOPLE | SILENCE | TELLING
# A batch of reports takes the lock itself, where it changes a state; statistics of strangers change none.
_LOCK_THEMSELVES = {GuardReport, Statistics}


def record(session: Session, events: Sequence[Event], now: datetime) -> list[Outcome]:
    """Record events that arrived together, in their order; return what became of each.

    `now` is the time of arrival, with its time zone.
    """
    outcomes: list[Outcome] = []
    told: list[Told] = []
    for kind, alike in groupby(events, type):
        if kind not in _LOCK_THEMSELVES:
            be_alone(session)
        recorded = RECORDERS[kind](session, list(alike), now)
        outcomes += recorded.outcomes
        told += recorded.told
    told = end_fixed(session, told, now)
    if is_to_be_left(session, told):
        leave(session, told)
    else:
        announce(session, told, now)
    return outcomes
