"""Jobs processes killed, and stopped and resumed: each slot is run once."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bench.slots import slots
from bench.stage import stages
from bench.turns import Pace


@pytest.mark.parametrize("name", ["sqlite", "postgresql"])
def test_each_slot_is_run_once(name: str, record_property: Callable[[str, str], None]) -> None:
    record_property("database", name)
    pace = Pace(jobs=40, every=timedelta(seconds=6), lease=timedelta(seconds=1))
    with stages() as backends:
        backend = next(backend for backend in backends if backend.name == name)
        found = slots(backend, pace, 2, 60)
    assert found.due >= 60
    assert found.done[0] == found.unnoted == 0
    # A process may be killed between a job's work and the noting of it; jobs stand being run again.
    assert found.due - found.done[1] <= 1
