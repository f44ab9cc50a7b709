"""Times in words."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from models.messages.times import age, ago, clock, lasted

NOW = datetime(2026, 11, 21, 3, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3600, "just now"),
        (59, "just now"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (86399, "23 h"),
        (86400, "1 day"),
        (3 * 86400 - 1, "2 days"),
    ],
)
def test_an_age_is_one_rough_unit(seconds: int, words: str) -> None:
    then = NOW - timedelta(seconds=seconds)
    assert age(then, NOW) == words
    assert ago(then, NOW) == (words if words == "just now" else f"{words} ago")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "less than a minute"),
        (59, "less than a minute"),
        (300, "5 min"),
        (3600, "1 h"),
        (3659, "1 h"),
        (12000, "3 h 20 min"),
        (86400 + 3599, "1 day"),
        (2 * 86400 + 4 * 3600, "2 days 4 h"),
    ],
)
def test_a_length_has_two_units_at_the_most(seconds: int, words: str) -> None:
    assert lasted(NOW, NOW + timedelta(seconds=seconds)) == words


def test_a_clock_shows_utc_whatever_the_zone() -> None:
    assert clock(NOW.astimezone(timezone(timedelta(hours=9)))) == "2026-11-21 03:15 UTC"
