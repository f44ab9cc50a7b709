"""Each event has one recorder, in the table of one noun."""

from typing import get_args

from models.events import Event
from models.record import RECORDERS
from models.recording.canary.recorders import RECORDERS as CANARY
from models.recording.github.recorders import RECORDERS as GITHUB
from models.recording.guard.recorders import RECORDERS as GUARD
from models.recording.people.recorders import RECORDERS as PEOPLE
from models.recording.silence.recorders import RECORDERS as SILENCE
from models.recording.telling.recorders import RECORDERS as TELLING


def test_each_event_has_a_recorder() -> None:
    assert set(RECORDERS) == set(get_args(Event))


def test_no_event_has_two_recorders() -> None:
    tables = (CANARY, GITHUB, GUARD, PEOPLE, SILENCE, TELLING)
    assert sum(map(len, tables)) == len(RECORDERS)
