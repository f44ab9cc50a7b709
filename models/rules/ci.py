"""What a branch's CI runs mean for a plugin."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from models.rules.sources import DESCRIPTORS, JudgingSource
from models.rules.status import Verdict

WORKFLOW_RUN, CHECK_SUITE, CHECK_RUN = "workflow_run", "check_suite", "check_run"

# Discourse's own workflow for plugins, its jobs that run the plugin's tests, and the host branch they run with.
WORKFLOW = "Discourse Plugin"
TEST_JOBS = ("frontend_tests", "backend_tests")
HOST_BRANCH = "tests-passed"

_GOOD = "success"
_BAD = frozenset({"failure", "timed_out"})


@dataclass(frozen=True, slots=True)
class Run:
    """A completed workflow run, check suite or check run, as GitHub tells of it; `suite_id` joins the three."""

    kind: str
    github_id: int
    suite_id: int
    name: str
    branch: str | None
    sha: str
    conclusion: str
    started_at: datetime
    completed_at: datetime
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What CI says of a commit: by which workflow, in which run (a path below the repository's), and what failed."""

    verdict: Verdict
    sha: str
    at: datetime
    said_by: str
    reference: str
    message: str | None = None


def says_something(conclusion: str) -> bool:
    """Whether a run that ended so is evidence; one that was cancelled, skipped or waits for someone is none."""
    return conclusion == _GOOD or conclusion in _BAD


def is_bad(conclusion: str) -> bool:
    """Whether a run that ended so failed."""
    return conclusion in _BAD


def is_test(name: str) -> bool:
    """Whether a check of this name runs the plugin's tests."""
    return any(job in name for job in TEST_JOBS)


def judge(runs: Iterable[Run], branch: str) -> Judgement | None:
    """The word of the newest suite of the branch that says something; None when none does."""
    suites: dict[int, list[Run]] = {}
    for run in runs:
        suites.setdefault(run.suite_id, []).append(run)
    wholes = [(whole, suite) for suite in suites.values() if (whole := _whole(suite)) and whole.branch == branch]
    wholes.sort(key=lambda pair: (pair[0].started_at, pair[0].suite_id), reverse=True)
    return next((said for whole, suite in wholes if (said := _judge_suite(whole, suite))), None)


def _whole(suite: Sequence[Run]) -> Run | None:
    """The run that stands for its suite. The workflow's run knows more: whether it ran for a fork, for one thing."""
    told = {run.kind: run for run in sorted(suite, key=_age)}
    return told.get(WORKFLOW_RUN) or told.get(CHECK_SUITE)


def _judge_suite(whole: Run, suite: Sequence[Run]) -> Judgement | None:
    tests = _tests(suite)
    is_workflow = whole.kind == WORKFLOW_RUN
    if not (whole.name == WORKFLOW if is_workflow else tests):
        return None
    failed = [test for test in tests if test.conclusion in _BAD]
    if whole.conclusion == _GOOD:
        return _judgement(Verdict.COMPATIBLE, whole, tests)
    if whole.conclusion not in _BAD:
        return None
    if failed:
        return _judgement(DESCRIPTORS[JudgingSource.TESTS].failing, whole, failed)
    # What failed is something else, such as its linters.
    passed = bool(tests) and all(test.conclusion == _GOOD for test in tests)
    return _judgement(Verdict.COMPATIBLE, whole, tests) if passed else None


def _tests(suite: Sequence[Run]) -> list[Run]:
    """The newest run of each test, by name; one that was cancelled takes back nothing that an earlier one said."""
    checks = [run for run in suite if run.kind == CHECK_RUN and is_test(run.name)]
    checks.sort(key=lambda run: (says_something(run.conclusion), *_age(run)))
    newest = {run.name: run for run in checks}
    return [newest[name] for name in sorted(newest)]


def _age(run: Run) -> tuple[datetime, int]:
    return run.started_at, run.github_id


def _judgement(verdict: Verdict, whole: Run, tests: Sequence[Run]) -> Judgement:
    """`tests` are the ones that it rests on; where there is no workflow run, the first of them names it."""
    is_workflow = whole.kind == WORKFLOW_RUN
    return Judgement(
        verdict,
        whole.sha,
        whole.completed_at,
        said_by=whole.name if is_workflow else tests[0].name,
        reference=f"actions/runs/{whole.github_id}" if is_workflow else f"runs/{tests[0].github_id}",
        message="\n".join(map(_failure, tests)) if verdict.broken else None,
    )


def _failure(test: Run) -> str:
    return f"{test.name}: {test.message}" if test.message else f"{test.name} failed"
