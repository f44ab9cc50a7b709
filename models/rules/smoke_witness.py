"""What a run that failed proves of plugins that it did not blame, beside a later run that blames them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from models.rules.smoke import Result, RunStep, failed_step


@dataclass(frozen=True, slots=True)
class FailedRun:
    """A run of which a step failed, and the plugins that it blames."""

    steps: Sequence[RunStep]
    blamed: Collection[str]


def would_have_shown(earlier: FailedRun, later: FailedRun) -> bool:
    """Whether the earlier run would have blamed, too, whom only the later one blames, had they failed then.

    It would if it got beyond the step at which the later one failed. If it ended at the same step, it would if the
    later one blames everybody whom it blamed: their failures hide nothing, as the others are seen beside them. Else one
    plugin's failure may have ended the run, or hidden an error, before another one's turn came.
    """
    noticed, ended = failed_step(later.steps), failed_step(earlier.steps)
    if noticed is None or ended is None:
        return False
    if any(step.name == noticed.name and step.result == Result.PASSED for step in earlier.steps):
        return True
    same_step = ended.name == noticed.name
    return same_step and bool(earlier.blamed) and {*earlier.blamed} <= {*later.blamed}
