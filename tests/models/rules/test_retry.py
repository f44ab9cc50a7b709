"""Waiting longer after each failure, for about a day."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.retry import MAX_ATTEMPTS, delay, exhausted, seconds_to_wait


@pytest.mark.parametrize(
    ("attempt", "seconds"), [(1, 1), (2, 2), (3, 4), (9, 256), (10, 300), (10**9, 300)]
)
def test_it_doubles_to_five_minutes(attempt: int, seconds: float) -> None:
    assert delay(attempt, jitter=1) == timedelta(seconds=seconds)
    assert delay(attempt, jitter=0) == timedelta(seconds=seconds / 2)


def test_a_wish_is_never_undercut() -> None:
    assert delay(1, jitter=1, retry_after=42.5) == timedelta(seconds=42.5)
    assert delay(1, jitter=0, retry_after=3600) == timedelta(hours=1)
    assert delay(10, jitter=1, retry_after=2) == timedelta(minutes=5)


@pytest.mark.parametrize("wish", [1e300, float("inf")])
def test_an_absurd_wish_is_a_day(wish: float) -> None:
    assert delay(1, jitter=0, retry_after=wish) == timedelta(days=1)


@given(st.integers(-5, 1000), st.floats(0, 1), st.none() | st.floats())
def test_it_always_waits_and_never_forever(
    attempt: int, jitter: float, retry_after: float | None
) -> None:
    assert timedelta(seconds=0.5) <= delay(attempt, jitter, retry_after) <= timedelta(days=1)


def test_a_row_lives_about_a_day() -> None:
    attempts = range(1, MAX_ATTEMPTS)
    assert (
        timedelta(hours=23)
        < sum((delay(attempt, 0.5) for attempt in attempts), timedelta())
        < timedelta(hours=25)
    )
    assert not exhausted(MAX_ATTEMPTS - 1)
    assert exhausted(MAX_ATTEMPTS)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("0.65", 0.65),
        ("-5", 0.0),
        ("Sat, 14 Mar 2026 15:10:26 GMT", 60.0),
        ("Saturday, 14-Mar-26 15:10:26 GMT", 60.0),
        ("Sat Mar 14 15:10:26 2026", 60.0),
        ("Fri, 13 Mar 2026 15:10:26 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400.0),
        ("1e300", 86_400.0),
        ("inf", 86_400.0),
        ("nan", None),
        ("soon", None),
        ("Fri, 99 Foo 2026", None),
        ("9" * 5_000, 86_400.0),
        ("", None),
        (None, None),
    ],
)
def test_what_a_platform_asks_to_wait(
    said: str | None, seconds: float | None, now: datetime
) -> None:
    assert seconds_to_wait(said, now) == seconds
