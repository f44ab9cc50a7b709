"""Mutes: silence while one lasts, and what it hid when it ends."""

import json
from datetime import datetime, timedelta

import pytest

from jobs.mutes import end_mutes
from models.database.engine import Database
from models.events import MutesOver
from models.rules.care import Deed
from models.tables import Posting
from tests.models.messages.samples import said
from tests.staff import GUARDIAN, Staffed, staffed
from tests.world import BAD, GOOD, make_world, saw

HOURS = timedelta(hours=4)


@pytest.fixture
def people(database: Database, now: datetime) -> Staffed:
    """Solved is broken, and its card stands."""
    people = staffed(make_world(database, now, *(f"solved{n}" for n in ("", "-a", "-b", "-c"))))
    people.world.report(saw("solved", "p1", BAD))
    return people


def replies(people: Staffed) -> list[dict[str, object]]:
    return [
        json.loads(row.message) for row in people.world.announced() if row.action == Posting.REPLY
    ]


def card(people: Staffed) -> str:
    return [row.message for row in people.world.announced() if row.action != Posting.REPLY][-1]


def tick(people: Staffed, passed: timedelta) -> int:
    people.world.now += passed
    (outcome,) = people.world.record(MutesOver(limit=50))
    return outcome.number


def test_reason_and_end_are_on_the_card(people: Staffed) -> None:
    answer = people.act(GUARDIAN, Deed.MUTE, "1", length=HOURS, reason="we wait for the host")
    assert "muted until 2026-03-14 19:" in answer.title
    assert "Muted by Gil until 2026-03-14 19:" in card(people)
    assert "Reason: we wait for the host" in card(people)
    again = people.act(
        GUARDIAN, Deed.MUTE, "1", length=HOURS - timedelta(minutes=1), reason="we wait for the host"
    )
    assert "it is muted already" in again.title


def test_while_it_lasts_cards_are_edited_and_nothing_else(people: Staffed) -> None:
    people.act(GUARDIAN, Deed.MUTE, "1", length=HOURS)
    told = len(replies(people))
    people.world.report(saw("solved", "p2", GOOD))
    assert "works on tests-passed again" in card(people)
    people.world.report(saw("solved", "p3", BAD))
    people.world.report(saw("solved", "p4", BAD, "another error"))
    people.act(GUARDIAN, Deed.ACKNOWLEDGE, "1")
    assert "another error" in card(people)
    assert len(replies(people)) == told
    assert len([row for row in people.world.announced() if row.action == Posting.POST]) == 1


def test_what_breaks_again_by_another_error_is_muted_by_nobody(people: Staffed) -> None:
    people.act(GUARDIAN, Deed.MUTE, "1", length=HOURS)
    people.world.report(saw("solved", "p2", GOOD))
    people.world.report(saw("solved", "p3", BAD, "another error"))
    (muted, other) = people.world.incidents()
    assert None not in {muted.muted_at, muted.resolved_at}
    assert (other.muted_at, other.resolved_at) == (None, None)
    posts = [row for row in people.world.announced() if row.action == Posting.POST]
    assert [row.conversation for row in posts] == ["incident:1", "incident:2"]
    people.world.report(saw("solved", "p4", GOOD))
    assert [row.conversation for row in people.world.announced()][-1] == "incident:2"


def test_when_its_time_is_up_the_thread_says_what_it_hid(people: Staffed) -> None:
    people.act(GUARDIAN, Deed.MUTE, "1", length=HOURS)
    people.world.report(saw("solved", "p2", GOOD))
    people.world.report(saw("solved", "p3", BAD))
    told = len(replies(people))
    assert tick(people, timedelta(hours=3)) == 0
    assert tick(people, timedelta(hours=1)) == 1
    assert tick(people, timedelta(hours=1)) == 0
    (said_then,) = replies(people)[told:]
    assert said_then["title"] == "No longer muted: solved (main) does not load on tests-passed"
    words = json.dumps(said_then)
    assert "The mute is over: its time is up. It hid 2 steps of the story." in words
    assert "Works again at plugin p2" in words
    assert "Broke again, for the 2nd time" in words
    assert "Muted by" not in card(people)


def test_a_mute_that_hid_nothing_ends_without_a_word(people: Staffed) -> None:
    people.act(GUARDIAN, Deed.MUTE, "1", length=HOURS)
    told = len(replies(people))
    tick(people, timedelta(hours=5))
    assert len(replies(people)) == told
    assert people.incident().muted_at is None


def test_until_fixed_ends_with_the_recovery_which_it_tells(people: Staffed) -> None:
    people.act(GUARDIAN, Deed.MUTE, "1")
    assert "Muted by Gil until it is fixed." in card(people)
    assert tick(people, timedelta(days=9)) == 0
    told = len(replies(people))
    people.world.report(saw("solved", "p2", GOOD))
    (said_then,) = replies(people)[told:]
    assert said_then["title"] == "No longer muted: solved (main) works on tests-passed again"
    assert "Works again at plugin p2" in json.dumps(said_then)
    assert people.incident().muted_at is None
    people.world.report(saw("solved", "p3", BAD))
    assert str(replies(people)[-1]["title"]).startswith("Again (2nd time)"), (
        "the next breakage is heard of"
    )


def test_somebody_ends_it_also_after_the_recovery(people: Staffed) -> None:
    people.act(GUARDIAN, Deed.MUTE, "1", length=HOURS)
    people.world.report(saw("solved", "p2", GOOD))
    assert people.act(GUARDIAN, Deed.UNMUTE, "solved").title.endswith("unmuted")
    assert "The mute is over: Gil ended it. It hid 1 step of the story." in json.dumps(
        replies(people)[-1]
    )
    assert people.act(GUARDIAN, Deed.UNMUTE, "1").title.endswith("it is not muted")


def test_a_longer_mute_takes_the_place_of_a_shorter_one_and_hides_on(people: Staffed) -> None:
    people.act(GUARDIAN, Deed.MUTE, "1", length=timedelta(minutes=30))
    people.world.report(saw("solved", "p2", GOOD))
    people.world.report(saw("solved", "p3", BAD))
    people.act(GUARDIAN, Deed.MUTE, "1", length=timedelta(days=1))
    assert tick(people, timedelta(hours=5)) == 0
    assert tick(people, timedelta(days=1)) == 1
    assert "It hid 2 steps" in json.dumps(replies(people)[-1])


def test_an_outbreak_counts_its_muted_members(people: Staffed) -> None:
    people.act(GUARDIAN, Deed.MUTE, "1")
    for n in "abc":
        people.world.report(saw(f"solved-{n}", "p1", BAD))
    outbreak = [row.message for row in people.world.announced() if "outbreak:" in row.conversation]
    assert "None is fixed yet. 1 incident of them muted." in outbreak[0]
    assert "muted until it is fixed" in outbreak[0]


def test_the_clock_ends_mutes(people: Staffed) -> None:
    people.act(GUARDIAN, Deed.MUTE, "1", length=HOURS)
    end_mutes(people.world.database)
    assert people.incident().muted_at is None


def test_a_reason_is_shown_as_it_is_and_said(people: Staffed) -> None:
    answer = people.act(GUARDIAN, Deed.MUTE, "1", reason="<!channel> it's *flaky*")
    assert "muted until it is fixed" in said(answer)
    assert "<!channel> it's *flaky*" in card(people)


def test_a_long_mute_ends_once_the_plugin_has_worked_for_the_quiet_time(people: Staffed) -> None:
    day = (people.world.now + timedelta(days=30)).date()
    answer = people.act(GUARDIAN, Deed.MUTE, "1", length=day)
    assert answer.title.endswith(f"muted until {day} 00:00 UTC")
    people.world.report(saw("solved", "p2", GOOD))
    assert tick(people, timedelta(hours=25)) == 0  # it may break again, and is the same then
    assert tick(people, timedelta(hours=1)) == 1
    (incident,) = people.world.incidents()
    assert incident.muted_until is None
    assert "The mute is over: the plugin has worked for a day." in json.dumps(replies(people)[-1])


def test_a_day_that_is_over_or_too_far_away_mutes_nothing(people: Staffed) -> None:
    for days in (0, 91):
        day = (people.world.now + timedelta(days=days)).date()
        answer = people.act(GUARDIAN, Deed.MUTE, "1", length=day)
        assert answer.title.startswith("A mute lasts from 1 minute to 90 days")
    assert people.incident().muted_at is None
    assert people.audited()[-1].outcome == "unknown"
