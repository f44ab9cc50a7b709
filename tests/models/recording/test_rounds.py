"""When two reports of a server are one round: whether they say the same."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from models.events import GuardReport, Reporter
from models.recording.guard.lines import Visit
from models.rules.kinds import SiteKind
from tests.world import BAD, GOOD, saw

NOW = datetime(2026, 3, 14, tzinfo=UTC)
LINES = (saw("solved", "p1", GOOD), saw("voting", "p1", GOOD))
REPORT = GuardReport(
    Reporter(1, SiteKind.CANARY, "canary.example.com"), "tests-passed", "h1", LINES
)


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        (REPORT, True),
        (replace(REPORT, observations=LINES[::-1]), True),
        (replace(REPORT, reporter=replace(REPORT.reporter, key_id=2)), True),  # with a new key
        (replace(REPORT, host_sha="h2"), False),
        (replace(REPORT, observations=LINES[:1]), False),
        (replace(REPORT, observations=(LINES[0], saw("voting", "p2", GOOD))), False),
        (replace(REPORT, observations=(LINES[0], saw("voting", "p1", BAD))), False),
    ],
)
def test_a_repeated_report_says_the_same_in_whatever_order(
    other: GuardReport, *, is_same: bool
) -> None:
    assert (Visit(other, NOW).round.digest == Visit(REPORT, NOW).round.digest) is is_same
