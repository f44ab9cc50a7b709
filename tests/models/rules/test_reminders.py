"""When reminders are due."""

from datetime import UTC, datetime, timedelta

from models.rules.reminders import is_due

BROKE = datetime(2026, 3, 14, 15, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_soon_at_first_then_ever_more_seldom_then_daily() -> None:
    given, last, now = [], None, BROKE
    while now < BROKE + timedelta(days=5):
        now += MINUTE
        if is_due(BROKE, last, now):
            last = now
            given.append((now - BROKE).total_seconds() / 3_600)
    assert given == [1, 4, 12, 24, 48, 72, 96, 120]


def test_of_several_that_were_missed_only_the_newest_counts() -> None:
    later = BROKE + timedelta(days=3, hours=2)
    assert is_due(BROKE, None, later)
    assert not is_due(BROKE, later, later + 21 * 60 * MINUTE)
    assert is_due(BROKE, later, later + 22 * 60 * MINUTE)


def test_what_breaks_again_is_counted_anew() -> None:
    reminded = BROKE + timedelta(days=2)
    again = reminded + timedelta(hours=2)
    assert not is_due(again, reminded, again + 59 * MINUTE)
    assert is_due(again, reminded, again + 60 * MINUTE)
