"""Which of a run's attempts counts: a browser run that fails is made again before anything is said."""

import pytest

from jobs.canary.attempt import Made
from jobs.canary.run import counting_attempt
from models.rules.smoke import Result, RunStep

PASSED, FAILED, SKIPPED = Result.PASSED, Result.FAILED, Result.SKIPPED


@pytest.mark.parametrize(
    ("attempts", "counts"),
    [
        ([[PASSED]], 0),
        ([[FAILED], [PASSED, PASSED]], 1),
        ([[PASSED, FAILED], [FAILED]], 1),
        ([[FAILED], [SKIPPED]], 0),  # in the second one the browser died, which shows nothing
        ([[SKIPPED], [FAILED], [PASSED, SKIPPED]], 1),
        ([[FAILED], [SKIPPED], [PASSED]], 2),
        ([[SKIPPED], [SKIPPED]], 1),
        ([[], []], 1),
    ],
)
def test_the_one_that_passed_counts_or_else_the_newest_that_failed(
    attempts: list[list[Result]], counts: int
) -> None:
    tried = [Made([RunStep("open the site", each, 1) for each in steps]) for steps in attempts]
    assert counting_attempt(tried) is tried[counts]
