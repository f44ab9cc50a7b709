"""When a job is due."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.slots import Daily, Every, Rhythm

ZONES = (
    "Europe/Berlin", "Europe/London", "Europe/Lisbon", "Europe/Dublin", "Europe/Chisinau", "Africa/Casablanca",
    "Africa/Cairo", "America/New_York", "America/Santiago", "America/Asuncion", "America/Havana", "America/St_Johns",
    "America/Nuuk", "Asia/Jerusalem", "Asia/Beirut", "Asia/Kolkata", "Australia/Lord_Howe", "Australia/Sydney",
    "Pacific/Auckland", "Pacific/Chatham",
)  # fmt: skip
YEAR = datetime(2026, 1, 1, tzinfo=UTC)
EPOCH = datetime(1975, 1, 1, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("hour", [0, 1, 2, 3, 23])
def test_a_daily_job_is_due_once_a_day_all_year(zone: str, hour: int) -> None:
    place = ZoneInfo(zone)
    daily = Daily(time(hour, 30), place)
    slots = [daily.following(YEAR)]
    while slots[-1] < YEAR + timedelta(days=364):
        slots.append(daily.following(slots[-1]))
    days = [_day(slot, daily) for slot in slots]
    assert days == [days[0] + timedelta(days=n) for n in range(len(days))]
    skipped = [slot for slot in slots if slot.astimezone(place).time() != daily.at]
    assert len(skipped) <= 1  # clocks go forward once a year


def _day(slot: datetime, daily: Daily) -> date:
    """The day whose slot it is: what clocks skip at 23:30, as in Nuuk, comes after midnight."""
    local = slot.astimezone(daily.zone)
    return (local if local.time() == daily.at else local - timedelta(hours=1)).date()


@pytest.mark.parametrize(
    ("day", "slot"),
    [
        ("2026-03-28", "2026-03-28 01:30"),
        ("2026-03-29", "2026-03-29 01:30"),  # 02:30 does not exist that day, and is called 03:30
        ("2026-10-25", "2026-10-25 00:30"),  # 02:30 comes twice, and the first one counts
        ("2026-10-26", "2026-10-26 01:30"),
    ],
)
def test_the_day_of_a_change(day: str, slot: str) -> None:
    daily = Daily(time(2, 30), ZoneInfo("Europe/Berlin"))
    noon = datetime.fromisoformat(f"{day} 12:00").replace(tzinfo=UTC)
    assert daily.newest(noon) == datetime.fromisoformat(slot).replace(tzinfo=UTC)


def test_a_day_that_an_island_skipped() -> None:
    daily = Daily(time(4, 30), ZoneInfo("Pacific/Apia"))
    before = datetime(2011, 12, 29, 14, 30, tzinfo=UTC)
    assert daily.newest(before) == before
    assert daily.following(before) == before + timedelta(days=1)
    assert daily.following(before + timedelta(days=1)) == before + timedelta(days=2)


rhythms: st.SearchStrategy[Rhythm] = st.builds(
    Every, st.timedeltas(timedelta(milliseconds=1), timedelta(days=40))
) | st.builds(Daily, st.times(), st.sampled_from(ZONES).map(ZoneInfo))


@given(rhythms, st.integers(0, 60 * 365 * 86_400_000_000).map(lambda us: EPOCH + us * INSTANT))
def test_every_process_gives_a_slot_the_same_name(rhythm: Rhythm, now: datetime) -> None:
    newest, following = rhythm.newest(now), rhythm.following(now)
    assert newest <= now < following
    assert rhythm.newest(newest) == newest == rhythm.newest(following - INSTANT)
    assert rhythm.newest(following) == following


@pytest.mark.parametrize(
    ("rhythm", "words"),
    [
        (Every(timedelta(seconds=15)), "every 15 s"),
        (Every(timedelta(minutes=1)), "every minute"),
        (Every(timedelta(hours=6)), "every 6 hours"),
        (Daily(time(4, 30)), "daily at 04:30 UTC"),
        (Daily(time(9), ZoneInfo("Europe/Berlin")), "daily at 09:00 Europe/Berlin"),
    ],
)
def test_a_rhythm_in_words(rhythm: Rhythm, words: str) -> None:
    assert str(rhythm) == words
