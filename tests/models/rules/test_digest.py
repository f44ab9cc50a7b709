"""Which digest is due when, through a year of any zone, and how people say when they want one."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from models.rules.digest import Digest, newest_due, read_zone, shown_minute

# With the whole hour, half an hour, three quarters; across midnight; south; and on the other side of the date line.
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "America/Santiago",
    "Atlantic/Azores",
    "Pacific/Apia",
)


@pytest.mark.parametrize("zone", ZONES)
def test_a_day_has_one_digest_whatever_the_clocks_do(zone: str) -> None:
    minute = 2 * 60 + 30
    here, start = ZoneInfo(zone), datetime(2025, 12, 31, 23, 0, tzinfo=UTC)
    moments = [start + timedelta(minutes=60 * step) for step in range(367 * 24)]
    slots = {newest_due(Digest.DAILY, minute, zone, now) for now in moments}
    names = Counter(slot.name for slot in slots)
    assert set(names.values()) == {1}  # one moment a day
    year = [name for name in names if name.startswith("2026-")]
    assert len(year) == 365
    local = [(slot, slot.due_at.astimezone(here)) for slot in slots]
    assert all(at.date().isoformat() == slot.name for slot, at in local)
    off = [slot.name for slot, at in local if (at.hour * 60 + at.minute) != minute]
    assert len(off) <= 1  # the hour that the clock skips in spring is the next one


def test_a_week_begins_on_monday_and_is_told_once() -> None:
    now = datetime(2025, 12, 29, 8, 0, tzinfo=UTC)
    assert newest_due(Digest.WEEKLY, 540, "Europe/Berlin", now).name == "2026-W01"
    assert (
        newest_due(Digest.WEEKLY, 540, "Europe/Berlin", now - timedelta(minutes=1)).name
        == "2025-W52"
    )
    slots = {
        newest_due(Digest.WEEKLY, 540, "Europe/Berlin", now + timedelta(hours=hour))
        for hour in range(52 * 168)
    }
    assert len(slots) == len({slot.name for slot in slots}) == 52
    assert {
        slot.due_at.astimezone(ZoneInfo("Europe/Berlin")).strftime("%a %H:%M") for slot in slots
    } == {"Mon 09:00"}


def test_a_zone_that_is_gone_is_utc() -> None:
    now = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
    assert newest_due(Digest.DAILY, 540, "Atlantis/Centre", now).due_at == now


def test_how_a_time_and_a_zone_are_shown_and_read() -> None:
    assert (shown_minute(545), read_zone("new york")) == ("09:05", "America/New_York")
