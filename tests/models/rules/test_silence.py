"""How long a source may be silent, and what of that time we were there to hear."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.silence import Sighting, Trouble, allowance, due, listened, trouble, with_gap
from models.rules.watched import WATCHED, WatchedKind

NOW = datetime(2026, 3, 14, 15, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

moments = st.integers(0, 20_000).map(lambda minutes: NOW + timedelta(minutes=minutes))
spans = st.lists(st.tuples(moments, moments).map(lambda pair: (min(pair), max(pair))), max_size=5)


def gaps(*hours: float) -> dict[str, float]:
    return {f"2026-03-{day + 1:02}": length * 3_600 for day, length in enumerate(hours)}


@pytest.mark.parametrize(
    ("kind", "known", "allowed"),
    [
        (WatchedKind.GUARD, gaps(), DAY * 1.1 + HOUR),
        (
            WatchedKind.GUARD,
            gaps(2, 3),
            DAY * 1.1 + HOUR,
        ),  # the first days of a server tell nothing
        (WatchedKind.GUARD, gaps(24, 24, 25), 25 * HOUR * 1.1 + HOUR),
        (WatchedKind.GUARD, gaps(1, 1, 1), 6 * HOUR),
        (WatchedKind.GUARD, gaps(168, 168, 168), 3 * DAY),
        (WatchedKind.SITE, gaps(), 3 * DAY),
        (WatchedKind.SITE, gaps(1, 1, 1), DAY),
        (WatchedKind.GITHUB, gaps(), 7 * DAY),
        (WatchedKind.GITHUB, gaps(9, 12, 9), 37 * HOUR),
        (WatchedKind.WEB, gaps(), timedelta(minutes=5)),
    ],
)
def test_a_source_may_be_silent_by_its_rhythm_within_bounds(
    kind: WatchedKind, known: dict[str, float], allowed: timedelta
) -> None:
    assert allowance(kind, known) == allowed


@given(st.sampled_from(WatchedKind), st.dictionaries(st.dates(), st.floats(0, 1e7), max_size=15))
def test_no_rhythm_leads_out_of_the_bounds(kind: WatchedKind, lengths: dict[object, float]) -> None:
    known = {str(day): length for day, length in lengths.items()}
    assert WATCHED[kind].patience.least <= allowance(kind, known) <= WATCHED[kind].patience.most


def test_only_the_longest_gap_of_a_day_and_the_last_ten_days_are_kept() -> None:
    known: dict[str, float] = {}
    for day in range(14):
        for hours in (1, 9, 2):
            known = with_gap(known, (NOW + day * DAY).date(), hours * HOUR)
    assert len(known) == 10
    assert min(known) == "2026-03-18"
    assert set(known.values()) == {9 * 3_600}


def test_while_we_were_away_nobody_could_be_heard() -> None:
    away = [
        (NOW + HOUR, NOW + 3 * HOUR),
        (NOW + 2 * HOUR, NOW + 4 * HOUR),
        (NOW + 20 * HOUR, NOW + 30 * HOUR),
    ]
    assert due(NOW, 5 * HOUR, away) == NOW + 8 * HOUR
    assert due(NOW, 18 * HOUR, away) == NOW + 31 * HOUR
    assert due(NOW, HOUR, [(NOW - DAY, NOW - HOUR)]) == NOW + HOUR
    assert listened(NOW, NOW + 25 * HOUR, away) == 17 * HOUR


@given(moments, st.integers(0, 5_000), spans)
def test_a_deadline_leaves_as_much_time_to_hear_as_is_allowed(
    since: datetime, minutes: int, away: list[tuple[datetime, datetime]]
) -> None:
    allowed = timedelta(minutes=minutes)
    assert listened(since, due(since, allowed, away), away) == allowed


def test_what_is_wrong() -> None:
    seen = Sighting(WatchedKind.CRON, "backup", NOW, heard_at=NOW)
    assert trouble(seen, NOW, None, NOW) is None
    assert trouble(seen, NOW, None, NOW + HOUR) is Trouble.SILENT
    assert (
        trouble(Sighting(WatchedKind.CRON, "backup", NOW), NOW, None, NOW + HOUR) is Trouble.NEVER
    )
    assert (
        trouble(Sighting(WatchedKind.CRON, "b", NOW, expected=False), NOW, None, NOW + HOUR) is None
    )
    # What goes on may take its time, even past the deadline of the end before; then it is missed at once.
    assert trouble(seen, NOW, NOW + HOUR, NOW + HOUR) is None
    assert trouble(seen, NOW + DAY, NOW + HOUR, NOW + 2 * HOUR) is Trouble.UNFINISHED
