"""How often somebody may ask: what is counted, and when it is forgotten."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webhooks.access.throttle import LastMinute, Throttle
from webhooks.refusal import Refusal


@pytest.mark.parametrize(("later", "left"), [(59, 8), (60, 8), (75, 6), (90, 4), (120, 0)])
def test_what_was_counted_weighs_less_and_less_until_it_is_forgotten(later: int, left: int) -> None:
    at = 1_000.0
    seen = LastMinute(lambda: at)
    for _ in range(8):
        seen.add("a")
    at += later
    assert seen.count("a") == left
    assert seen.count("b") == 0


def test_after_a_long_rest_nothing_is_left() -> None:
    at = 0.0
    seen = LastMinute(lambda: at)
    seen.add("a")
    at = 10_000.0
    assert seen.count("a") == 0


@given(st.lists(st.floats(0, 200), min_size=1, max_size=60))
def test_of_what_came_within_a_minute_nothing_is_missed_but_what_began_before(
    rests: list[float],
) -> None:
    """The two counts overlap the last minute: it holds no more than came within two."""
    at = 0.0
    seen = LastMinute(lambda: at)
    came: list[float] = []
    for rest in rests:
        at += rest
        assert seen.count("a") <= sum(at - then < 120 for then in came)
        seen.add("a")
        came.append(at)
        assert seen.count("a") >= 1


def test_counting_starts_no_thread() -> None:
    throttle = Throttle(of_one=2)
    before = threading.active_count()
    for _ in range(2):
        throttle.admit({"client": ("198.51.100.7", 1)})
        assert threading.active_count() == before
    with pytest.raises(Refusal, match="more than 2 requests"):
        throttle.admit({"client": ("198.51.100.7", 2)})
