"""Jobs processes killed, and stopped and resumed: each slot is run once."""

from collections.abc import Callable
from datetime import timedelta

from bench.slots import slots
from bench.stage import stages
from bench.turns import TurnRate


def test_each_slot_is_run_once(record_property: Callable[[str, str], None]) -> None:
    record_property("database", "postgresql")  # which has several writers
    pace = TurnRate(jobs=20, every=timedelta(seconds=5), lease=timedelta(seconds=2))
    with stages() as backends:
        found = slots(backends[-1], pace, 2, 40)
    assert found.due == 40
    assert found.lost == 0
    # Jobs stand being run again: a process may be killed between a job's work and the noting of it.
    assert found.twice <= found.killed <= 10
    assert found.once > 20  # on a machine with nothing else to do it is all of them
