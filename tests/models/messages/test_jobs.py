"""What the clock does, in words."""

from datetime import datetime, timedelta

import pytest

from models.messages.jobs import jobs_message, standing_still, took
from models.messages.message import Table, Tone
from models.rules.slots import Ended
from models.views.jobs import JobView, RunView
from tests.models.messages.samples import BROKE as NOW
from tests.models.messages.samples import said

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
DONE = RunView(NOW - MINUTE, NOW - 58 * SECOND, Ended.DONE)
MUTES = JobView("mutes", "every minute", 5 * MINUTE, NOW + 20 * SECOND, last=DONE)
PRUNE = JobView("prune", "daily at 04:30 UTC", 60 * MINUTE, NOW + timedelta(hours=3), last=DONE)


def rows(*jobs: JobView, now: datetime = NOW) -> list[str]:
    (table,) = (block for block in jobs_message(jobs, now) if isinstance(block, Table))
    return [" | ".join(row) for row in table.rows]


def test_a_clock_on_time() -> None:
    message = jobs_message([MUTES, PRUNE], NOW)
    assert (message.title, message.tone) == ("2 jobs, all on time", Tone.HEALTHY)
    assert rows(MUTES, PRUNE) == [
        "mutes | every minute | ✓ done, 1 min ago | 2.0 s | in 20 s",
        "prune | daily at 04:30 UTC | ✓ done, 1 min ago | 2.0 s | 2026-11-21 06:15 UTC",
    ]


def test_what_does_not_go_well_stands_out() -> None:
    failed = JobView(
        "a",
        "hourly",
        MINUTE,
        NOW,
        last=RunView(NOW, NOW + SECOND, Ended.FAILED, "OperationalError"),
    )
    late = JobView("b", "hourly", MINUTE, NOW - 10 * MINUTE)
    runs = JobView("c", "hourly", MINUTE, NOW - MINUTE, running_since=NOW - 14 * SECOND)
    message = jobs_message([failed, late, runs, MUTES], NOW)
    assert (message.title, message.tone) == ("4 jobs: 1 late, 1 not well", Tone.WARNING)
    assert rows(failed, late, runs) == [
        "a | hourly | ✗ failed, just now (OperationalError) | 1.0 s | now",
        "b | hourly | never |  | late: due 10 min ago",
        "c | hourly | never |  | running for 14 s",
    ]


def test_a_clock_that_stands_still() -> None:
    tomorrow = NOW + timedelta(days=1)
    message = jobs_message([MUTES, PRUNE], tomorrow)
    assert (message.title, message.tone) == ("The scheduler does not run", Tone.BROKEN)
    assert "python -m jobs" in said(message)
    assert standing_still([MUTES, PRUNE], NOW + 3 * MINUTE)
    assert not standing_still([MUTES, PRUNE], NOW + MINUTE)
    assert jobs_message([], NOW).title == "No scheduled job has run yet"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0.0 s"),
        (0.26, "0.3 s"),
        (14.4, "14 s"),
        (59.7, "1 min"),
        (185, "3 min 5 s"),
        (4_200, "1 h 10 min"),
    ],
)
def test_how_long_it_took(seconds: float, words: str) -> None:
    assert took(timedelta(seconds=seconds)) == words
