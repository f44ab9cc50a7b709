"""What becomes of what people do, whatever others have done before."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from models.rules import lengths
from models.rules.care import UNTOUCHED, Care, Deed, Effect, WantedDeed, effect
from models.rules.mutes import length_until, within_bounds

NOW = datetime(2026, 11, 21, 3, 20, tzinfo=UTC)
ME, OTHER = 1, 2
ACKNOWLEDGED = Care(acknowledged_at=NOW, acknowledger_id=OTHER, acknowledged_by="Other")
MINE = Care(owner_id=ME, owner="Me")
THEIRS = Care(owner_id=OTHER, owner="Other")
MUTED = Care(muted_at=NOW, muted_until=NOW + timedelta(hours=4), muted_by="Other")
UNTIL_FIXED = Care(muted_at=NOW, muted_by="Other")


@pytest.mark.parametrize(
    ("deed", "care", "became"),
    [
        (Deed.ACKNOWLEDGE, UNTOUCHED, Effect.DONE),
        (Deed.ACKNOWLEDGE, THEIRS, Effect.DONE),
        (Deed.ACKNOWLEDGE, ACKNOWLEDGED, Effect.ALREADY),
        (Deed.CLAIM, ACKNOWLEDGED, Effect.DONE),
        (Deed.CLAIM, MINE, Effect.ALREADY),
        (Deed.CLAIM, THEIRS, Effect.TAKEN),
        (Deed.RELEASE, UNTOUCHED, Effect.ALREADY),
        (Deed.RELEASE, MINE, Effect.DONE),
        (Deed.RELEASE, THEIRS, Effect.TAKEN),
        (Deed.MUTE, UNTOUCHED, Effect.DONE),
        (Deed.MUTE, UNTIL_FIXED, Effect.ALREADY),
        (Deed.MUTE, MUTED, Effect.DONE),
        (Deed.UNMUTE, MUTED, Effect.DONE),
        (Deed.UNMUTE, UNTOUCHED, Effect.ALREADY),
    ],
)
def test_what_becomes_of_a_deed_on_an_open_incident(deed: Deed, care: Care, became: Effect) -> None:
    assert effect(WantedDeed(deed, ME), care, is_open=True) is became


@pytest.mark.parametrize("deed", Deed)
def test_what_is_fixed_can_only_be_unmuted(deed: Deed) -> None:
    became = effect(WantedDeed(deed, ME), MUTED, is_open=False)
    assert became is (Effect.DONE if deed is Deed.UNMUTE else Effect.STALE)


def test_an_admin_releases_what_somebody_else_owns_and_claims_it_no_sooner() -> None:
    assert effect(WantedDeed(Deed.RELEASE, ME, is_admin=True), THEIRS, is_open=True) is Effect.DONE
    assert effect(WantedDeed(Deed.CLAIM, ME, is_admin=True), THEIRS, is_open=True) is Effect.TAKEN


def test_two_presses_are_one_mute_and_another_end_or_reason_is_a_new_one() -> None:
    pressed = WantedDeed(Deed.MUTE, ME, until=NOW + timedelta(hours=4, seconds=2))
    assert effect(pressed, MUTED, is_open=True) is Effect.ALREADY
    assert (
        effect(replace(pressed, until=NOW + timedelta(days=1)), MUTED, is_open=True) is Effect.DONE
    )
    assert effect(replace(pressed, reason="we wait"), MUTED, is_open=True) is Effect.DONE
    assert effect(replace(pressed, until=None), MUTED, is_open=True) is Effect.DONE
    assert effect(pressed, UNTIL_FIXED, is_open=True) is Effect.DONE


@pytest.mark.parametrize(
    ("word", "length"),
    [
        ("30m", timedelta(minutes=30)),
        ("90min", timedelta(minutes=90)),
        ("4H", timedelta(hours=4)),
        ("1d", timedelta(days=1)),
        ("because", None),
        ("4", None),
        ("-4h", None),
        ("٤h", None),
    ],
)
def test_lengths(word: str, length: timedelta | None) -> None:
    assert lengths.read(word) == length


@pytest.mark.parametrize("word", ["0m", "91d", "2161h", "99w"])
def test_a_length_that_no_mute_may_have_is_refused(word: str) -> None:
    length = lengths.read(word)
    assert length is not None
    with pytest.raises(ValueError, match="from 1 minute to 90 days"):
        within_bounds(length)


def test_a_mute_ends_when_its_day_begins_within_ninety_days() -> None:
    now = datetime(2026, 3, 1, 18, tzinfo=UTC)
    assert length_until(date(2026, 3, 2), now) == timedelta(hours=6)
    assert length_until(date(2026, 5, 30), now) == timedelta(days=89, hours=6)
    for day in (date(2026, 3, 1), date(2025, 3, 2), date(2026, 5, 31), date.max, date.min):
        with pytest.raises(ValueError, match="until a date within these"):
            length_until(day, now)
