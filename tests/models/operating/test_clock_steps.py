"""A clock that is set is noticed; one that is put right slowly is not."""

from datetime import timedelta

import pytest

from models.operating.clock_steps import ClockWatch


class Clocks:
    """A clock that can be set, beside one that cannot."""

    def __init__(self) -> None:
        self.steady, self.wrong = 5.0, 1e9
        self.watch = ClockWatch(lambda: self.steady + self.wrong, lambda: self.steady)

    def wait(self, seconds: float) -> bool:
        self.steady += seconds
        return self.watch.look()


@pytest.mark.parametrize(("step", "back"), [(3_600.0, False), (-3_600.0, True), (-3.0, True)])
def test_a_step_unsettles_for_a_while(step: float, back: bool) -> None:
    clocks, lease = Clocks(), timedelta(seconds=20)
    assert clocks.watch.is_settled(lease)
    clocks.wrong += step
    assert clocks.wait(1)
    assert (clocks.watch.is_settled(lease), clocks.watch.went_back) == (False, back)
    assert not clocks.wait(20)
    assert (clocks.watch.is_settled(lease), clocks.watch.went_back) == (True, back)


def test_what_went_back_meanwhile_is_remembered() -> None:
    clocks = Clocks()
    for step in (3_600.0, -3_600.0, 7_200.0):
        clocks.wrong += step
        clocks.wait(1)
    assert clocks.watch.went_back


def test_a_clock_that_drifts_is_not_set() -> None:
    clocks = Clocks()
    for _ in range(1_000):
        clocks.wrong -= 0.1
        clocks.wait(60)
    assert not clocks.watch.went_back
