"""What a run of the browser canary proves, and how it is kept within bounds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from models.rules.excerpt import cut_middle
from models.rules.log_lines import unprefixed

# How many characters of what all steps of a run say are kept; those that failed come first.
KEPT_MESSAGES = 16_000

# The canary tries three times, each for ten minutes at the most, and pauses for half a minute
# between at the most. A run that is not done by then never will be.
LONGEST_RUN = 3 * timedelta(seconds=600) + 2 * timedelta(seconds=30)

# How many runs of one server a key may report: fifty a day for as long as they are kept.
MOST_RUNS = 1_500
# What may be reported of a server within an hour: the runs of a day, and the files of the largest run.
MOST_RUNS_AN_HOUR = 50
MOST_BYTES_AN_HOUR = 10 * 1024 * 1024
COUNTED_WITHIN = timedelta(hours=1)

_JOB = "canary "
_HEADING = "=== attempt "


class Result(StrEnum):
    """How a step ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class RunStep:
    """A step of a run, in the canary's own words."""

    name: str
    result: str
    duration_ms: int
    message: str | None = None


@dataclass(frozen=True, slots=True)
class EarlierAttempt:
    """An attempt that does not count: its number, the step at which it ended, and that step's
    error.
    """

    number: int
    step: str
    message: str | None = None


def within_bounds(steps: Sequence[RunStep], most: int = KEPT_MESSAGES) -> tuple[RunStep, ...]:
    """The steps, of which all messages together are no longer than so many characters: first
    those of failed steps.
    """
    kept: dict[int, str] = {}
    in_order = sorted(range(len(steps)), key=lambda place: steps[place].result != Result.FAILED)
    for place in in_order:
        kept[place] = cut_middle(steps[place].message or "", most)
        most -= len(kept[place])
    return tuple(replace(step, message=kept[place] or None) for place, step in enumerate(steps))


class Conclusion(StrEnum):
    """What a finished run proves. One without steps, or with a step left out, proves nothing."""

    PASSED = "passed"
    FAILED = "failed"
    NOTHING = "nothing"


class RunState(StrEnum):
    """The state of a run, as people are told."""

    RUNNING = "running"
    NEVER_FINISHED = "never finished"
    PASSED = "passed"
    FAILED = "failed"
    NOTHING = "proves nothing"


@dataclass(frozen=True, slots=True)
class SmokeJob:
    """The clock's job that tests a server."""

    server: str

    @property
    def name(self) -> str:
        """What the clock calls it."""
        return f"{_JOB}{self.server}"

    @classmethod
    def named(cls, job: str) -> Self | None:
        """The job of this name; None where it tests no server."""
        if not job.startswith(_JOB):
            return None
        return cls(job.removeprefix(_JOB))


def run_name(server: str, run_id: str) -> str:
    """The name of a run among those of all servers, whose ids are unique only within one server."""
    return f"{server}/{run_id}"


def conclusion(steps: Sequence[RunStep]) -> Conclusion:
    """What a finished run with these steps proves."""
    results = {step.result for step in steps}
    if Result.FAILED in results:
        return Conclusion.FAILED
    if results == {Result.PASSED}:
        return Conclusion.PASSED
    return Conclusion.NOTHING


def run_state(concluded: str | None, started_at: datetime, now: datetime) -> RunState:
    """The state of a run at `now`; `concluded` is None while it has not finished."""
    if concluded is not None:
        return RunState[Conclusion(concluded).name]
    if now - started_at <= LONGEST_RUN:
        return RunState.RUNNING
    return RunState.NEVER_FINISHED


def failed_step(steps: Sequence[RunStep]) -> RunStep | None:
    """The step that failed first."""
    return next((step for step in steps if step.result == Result.FAILED), None)


def heading(number: int, of: int) -> str:
    """The line of a log that begins an attempt. The attempt that counts is the last one."""
    return f"{_HEADING}{number} of {of} ==="


def last_attempt(console: Sequence[str]) -> Sequence[str]:
    """What the console showed during the attempt that counts, without what collectors of logs write before each line.

    With a time before it, a stack's line would not be one.
    """
    lines = unprefixed(console)
    for place in reversed(range(len(lines))):
        if lines[place].startswith(_HEADING):
            return lines[place:]
    return lines
