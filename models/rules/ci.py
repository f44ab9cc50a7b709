"""What a branch's CI runs mean for a plugin."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from models.rules.sources import DESCRIPTORS, JudgingSource
from models.rules.status import Verdict
from models.rules.surroundings import is_of_surroundings

WORKFLOW_RUN = "workflow_run"
CHECK_SUITE = "check_suite"
CHECK_RUN = "check_run"

# Discourse's own workflow for plugins, those of its jobs that run the plugin's tests (others lint, or
# look at annotations), and the host branch on which they run unless their name says another one: a
# plugin that calls the workflow once for each `core_ref` has jobs like "ci (stable) / backend_tests", or "stable /
# backend_tests".
WORKFLOW = "Discourse Plugin"
TEST_JOBS = ("frontend_tests", "backend_tests", "system_tests")
HOST_BRANCH = "tests-passed"
# GitHub joins the names of jobs that call one another with this; a branch's own name may have a slash.
_CALLS = " / "
_JOB = re.compile(r"(?P<job>[^()]*?) ?(?:\((?P<values>[^()]+)\))?")

_GOOD = "success"
_BAD = frozenset({"failure", "timed_out"})


@dataclass(frozen=True, slots=True)
class KnownHosts:
    """The host branches that are `known`, and the `usual` one, on which tests run whose name says no other."""

    known: Collection[str] = ()
    usual: str = HOST_BRANCH


_USUAL = KnownHosts()


@dataclass(frozen=True, slots=True)
class Run:
    """A completed workflow run, check suite or check run, as GitHub tells of it; `suite_id` joins
    the three.
    """

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
    """What CI says of a commit.

    `said_by` is the workflow's name, `reference` the run's path below the repository's address,
    `message` what failed.
    """

    verdict: Verdict
    sha: str
    at: datetime
    said_by: str
    reference: str
    message: str | None = None


def says_something(conclusion: str) -> bool:
    """Whether a run that ended so is evidence.

    One that was cancelled or skipped, or that waits for someone, is not.
    """
    return conclusion == _GOOD or conclusion in _BAD


def is_bad(conclusion: str) -> bool:
    """Whether a run that ended so failed."""
    return conclusion in _BAD


def is_test(name: str) -> bool:
    """Whether a check of this name runs the plugin's tests."""
    return any(job in name for job in TEST_JOBS)


def host_branches(name: str, hosts: KnownHosts) -> set[str]:
    """On which of the known host branches the check of this name runs."""
    named: set[str] = set()
    for job in filter(None, map(_JOB.fullmatch, name.split(_CALLS))):
        named |= {job["job"], *(job["values"] or "").split(", ")}
    return named & {*hosts.known} or {hosts.usual}


def judge(
    runs: Iterable[Run], branch: str, host_branch: str = HOST_BRANCH, hosts: KnownHosts = _USUAL
) -> Judgement | None:
    """The judgement of the branch's newest suite that says something of this one of the `known` host branches; None
    when none does.
    """
    suites: dict[int, list[Run]] = {}
    for run in runs:
        suites.setdefault(run.suite_id, []).append(run)
    of_branch = []
    for suite in suites.values():
        whole = _whole(suite)
        if whole and whole.branch == branch:
            of_branch.append((whole, suite))
    of_branch.sort(key=lambda pair: (pair[0].started_at, pair[0].suite_id), reverse=True)
    for whole, suite in of_branch:
        judgement = _judge_suite(whole, suite, host_branch, hosts)
        if judgement:
            return judgement
    return None


def _whole(suite: Sequence[Run]) -> Run | None:
    """The run that stands for the whole suite: the workflow's run, else the check suite.

    The workflow's run knows more, such as whether it ran for a fork.
    """
    told = {run.kind: run for run in sorted(suite, key=_age)}
    return told.get(WORKFLOW_RUN) or told.get(CHECK_SUITE)


def _judge_suite(
    whole: Run, suite: Sequence[Run], host_branch: str, hosts: KnownHosts
) -> Judgement | None:
    every_test = _tests(suite)
    tests = [test for test in every_test if host_branch in host_branches(test.name, hosts)]
    # Without a single job the whole speaks of the usual host branch.
    is_meant = bool(tests) or (not every_test and host_branch == hosts.usual)
    if not (is_meant and _is_of_plugin(whole, tests)):
        return None
    failed = [test for test in tests if test.conclusion in _BAD]
    if whole.conclusion == _GOOD:
        return _judgement(Verdict.COMPATIBLE, whole, tests)
    # Where all that failed did so by its surroundings, that is nothing about the plugin.
    is_luck = bool(failed) and all(is_of_surroundings(test.message) for test in failed)
    if whole.conclusion not in _BAD or is_luck:
        return None
    if failed:
        return _judgement(DESCRIPTORS[JudgingSource.TESTS].failing, whole, failed)
    # Something else failed, such as a linter.
    if not tests or any(test.conclusion != _GOOD for test in tests):
        return None
    return _judgement(Verdict.COMPATIBLE, whole, tests)


def _is_of_plugin(whole: Run, tests: Sequence[Run]) -> bool:
    """Whether the suite tests the plugin: it is Discourse's workflow, or has jobs that run
    tests.
    """
    if whole.kind == WORKFLOW_RUN:
        return whole.name == WORKFLOW
    return bool(tests)


def _tests(suite: Sequence[Run]) -> list[Run]:
    """The newest run of each test, by name; one that was cancelled takes back nothing that an
    earlier one said.
    """
    checks = [run for run in suite if run.kind == CHECK_RUN and is_test(run.name)]
    checks.sort(key=lambda run: (says_something(run.conclusion), *_age(run)))
    newest = {run.name: run for run in checks}
    return [newest[name] for name in sorted(newest)]


def _age(run: Run) -> tuple[datetime, int]:
    return run.started_at, run.github_id


def _judgement(verdict: Verdict, whole: Run, tests: Sequence[Run]) -> Judgement:
    """The judgement that rests on these `tests`; without a workflow run, the first one names it."""
    if whole.kind == WORKFLOW_RUN:
        said_by = whole.name
        reference = f"actions/runs/{whole.github_id}"
    else:
        said_by = tests[0].name
        reference = f"runs/{tests[0].github_id}"
    message = "\n".join(map(_failure, tests)) if verdict.broken else None
    return Judgement(verdict, whole.sha, whole.completed_at, said_by, reference, message)


def _failure(test: Run) -> str:
    if not test.message:
        return f"{test.name} failed"
    return f"{test.name}: {test.message}"
