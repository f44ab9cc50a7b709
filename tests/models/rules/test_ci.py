"""What a branch's CI runs mean."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from models.rules.ci import (
    CHECK_RUN,
    CHECK_SUITE,
    WORKFLOW_RUN,
    KnownHosts,
    Run,
    host_branches,
    judge,
    says_something,
)
from models.rules.status import Verdict

AT = datetime(2026, 3, 14, 12, 0, 0, tzinfo=UTC)
GOOD, FAILING = Verdict.COMPATIBLE, Verdict.TESTS_FAILING
SILENT = [
    "cancelled",
    "skipped",
    "neutral",
    "stale",
    "action_required",
    "startup_failure",
    "something_new",
]


def a_run(
    kind: str,
    suite: int,
    conclusion: str,
    name: str = "Discourse Plugin",
    number: int = 0,
    minute: int = 0,
) -> Run:
    at = AT + timedelta(hours=suite, minutes=minute)
    sha = f"{suite:040x}"
    return Run(
        kind,
        number or suite * 10,
        suite,
        name,
        "main",
        sha,
        conclusion,
        at,
        at + timedelta(minutes=5),
    )


def workflow(suite: int, conclusion: str, name: str = "Discourse Plugin") -> Run:
    return a_run(WORKFLOW_RUN, suite, conclusion, name)


def check(
    suite: int, conclusion: str, name: str = "ci / backend_tests", number: int = 1, minute: int = 0
) -> Run:
    return a_run(CHECK_RUN, suite, conclusion, name, suite * 10 + number, minute)


def verdict(*runs: Run) -> Verdict | None:
    """What they mean, in whatever order they came."""
    found = {
        judged and (judged.verdict, judged.sha)
        for order in permutations(runs)
        if [judged := judge(order, "main")]
    }
    assert len(found) == 1
    (judged,) = found
    return judged[0] if judged else None


def test_success() -> None:
    judged = judge([workflow(1, "success")], "main")
    assert judged is not None
    assert (judged.verdict, judged.sha, judged.at) == (
        GOOD,
        f"{1:040x}",
        AT + timedelta(hours=1, minutes=5),
    )
    assert (judged.said_by, judged.reference, judged.message) == (
        "Discourse Plugin",
        "actions/runs/10",
        None,
    )


@pytest.mark.parametrize("bad", ["failure", "timed_out"])
def test_failing_tests_fail(bad: str) -> None:
    failed = replace(check(1, bad), message="2 examples failed")
    judged = judge([workflow(1, bad), failed, check(1, bad, "ci / frontend_tests", 2)], "main")
    assert judged is not None
    assert judged.verdict is FAILING
    assert judged.message == "ci / backend_tests: 2 examples failed\nci / frontend_tests failed"


def test_what_failed_elsewhere_is_not_the_tests() -> None:
    lint = check(1, "failure", "ci / linting", 2)
    assert verdict(workflow(1, "failure"), check(1, "success"), lint) is GOOD
    assert verdict(workflow(1, "failure"), lint) is None
    assert verdict(workflow(1, "failure"), check(1, "cancelled"), lint) is None
    assert (
        verdict(
            workflow(1, "failure"), check(1, "success"), check(1, "cancelled", "frontend_tests", 3)
        )
        is None
    )


def test_the_newest_run_of_a_test_counts() -> None:
    first, again = check(1, "failure", minute=1), check(1, "success", number=2, minute=3)
    assert verdict(workflow(1, "failure"), first, again) is GOOD
    assert (
        verdict(
            workflow(1, "failure"),
            replace(first, conclusion="success"),
            replace(again, conclusion="failure"),
        )
        is FAILING
    )


def test_a_test_that_was_run_again_and_cancelled_takes_nothing_back() -> None:
    again = check(1, "cancelled", number=2, minute=3)
    assert verdict(workflow(1, "failure"), check(1, "failure", minute=1), again) is FAILING


@pytest.mark.parametrize("silent", SILENT)
def test_what_says_nothing_lets_the_one_before_speak(silent: str) -> None:
    assert not says_something(silent)
    assert verdict(workflow(1, "success"), workflow(2, silent)) is GOOD
    assert (
        verdict(
            workflow(1, "failure"), check(1, "failure"), workflow(2, silent), check(2, "failure")
        )
        is FAILING
    )
    assert verdict(workflow(2, silent)) is None


def test_the_newest_suite_counts_although_an_older_one_ended_later() -> None:
    slow = replace(workflow(1, "failure"), completed_at=AT + timedelta(hours=9))
    assert verdict(slow, check(1, "failure"), workflow(2, "success")) is GOOD


def test_suites_of_the_same_second_are_told_apart_by_their_ids() -> None:
    first, second = workflow(1, "success"), workflow(2, "failure")
    assert (
        verdict(first, replace(second, started_at=first.started_at), check(2, "failure")) is FAILING
    )


def test_other_workflows_do_not_judge() -> None:
    assert verdict(workflow(1, "success", "Release Notes")) is None
    assert verdict(workflow(1, "success", "Release Notes"), check(1, "success")) is None
    assert verdict(workflow(1, "success", "discourse plugin")) is None


def test_without_a_workflow_run_the_checks_names_tell() -> None:
    suite = a_run(CHECK_SUITE, 1, "failure", "GitHub Actions", 1)
    assert verdict(suite) is None
    assert verdict(suite, check(1, "failure", "lint")) is None
    assert verdict(check(1, "failure")) is None
    judged = judge([suite, check(1, "failure", "my_frontend_tests_job")], "main")
    assert judged is not None
    assert (judged.verdict, judged.said_by, judged.reference) == (
        FAILING,
        "my_frontend_tests_job",
        "runs/11",
    )
    assert verdict(replace(suite, conclusion="success"), check(1, "success")) is GOOD


def test_a_forks_run_judges_no_branch() -> None:
    fork = replace(workflow(2, "failure"), branch=None)
    # The suite and its check name the branch all the same, since the fork calls its own one so.
    suite = a_run(CHECK_SUITE, 2, "failure", number=2)
    assert verdict(fork, suite, check(2, "failure")) is None
    assert verdict(workflow(1, "success"), fork, suite, check(2, "failure")) is GOOD


def test_other_branches_are_not_looked_at() -> None:
    assert judge([workflow(1, "success")], "stable") is None


HOSTS = ("tests-passed", "beta", "stable")
KNOWN = KnownHosts(HOSTS)


def test_jobs_of_several_host_branches_are_read_each_for_its_own() -> None:
    runs = [
        workflow(1, "failure"),
        check(1, "success", "ci (tests-passed) / backend_tests", 1),
        check(1, "failure", "ci (stable) / backend_tests", 2),
        check(1, "success", "ci (stable) / annotations_tests", 3),
    ]
    found = {host: judge(runs, "main", host, KNOWN) for host in HOSTS}
    said = {host: judged and judged.verdict for host, judged in found.items()}
    assert said == {"tests-passed": GOOD, "beta": None, "stable": FAILING}


def test_a_suite_that_passed_speaks_of_the_branches_that_it_tested() -> None:
    runs = [workflow(1, "success"), check(1, "success", "ci (stable) / frontend_tests")]
    assert judge(runs, "main", "tests-passed", KNOWN) is None
    stable = judge(runs, "main", "stable", KNOWN)
    assert stable is not None
    assert stable.verdict is GOOD


@pytest.mark.parametrize(
    "newer",
    [
        [workflow(2, "success", "Licenses")],
        [workflow(2, "failure", "Linting"), check(2, "failure", "linting")],
        [workflow(2, "cancelled"), check(2, "cancelled", "ci (tests-passed) / backend_tests")],
        [workflow(2, "success"), check(2, "success", "ci (stable) / backend_tests")],
        [workflow(2, "failure"), check(2, "failure", "ci (tests-passed) / linting")],
    ],
)
def test_a_newer_run_that_tested_nothing_there_hides_nothing(newer: list[Run]) -> None:
    tested = [workflow(1, "failure"), check(1, "failure", "ci (tests-passed) / system_tests")]
    judged = judge([*tested, *newer], "main", "tests-passed", KNOWN)
    assert judged is not None
    assert (judged.verdict, judged.sha) == (FAILING, f"{1:040x}")


@pytest.mark.parametrize(
    "name", ["ci (3.3) / backend_tests", "ci / backend_tests", "backend_tests"]
)
def test_what_names_no_known_host_branch_ran_on_the_usual_one(name: str) -> None:
    assert host_branches(name, KNOWN) == {"tests-passed"}


def test_several_values_of_a_matrix_are_looked_through() -> None:
    assert host_branches("ci (stable, ubuntu-latest) / system_tests", KNOWN) == {"stable"}


@pytest.mark.parametrize(
    "name",
    [
        "stable / backend_tests",
        "stable (3.3, 15) / backend_tests",
        "ci / stable / backend_tests",
        "CI (stable) / ci / backend_tests",
        "backend_tests (stable)",
        "ci / backend_tests (3.3, stable)",
    ],
)
def test_a_job_may_be_called_as_its_host_branch(name: str) -> None:
    assert host_branches(name, KNOWN) == {"stable"}


@pytest.mark.parametrize("called", ["{} / backend_tests", "ci ({}) / system_tests"])
@pytest.mark.parametrize("branch", ["latest", "release", "esr/2026.1"])
def test_branches_of_whatever_name_are_known(called: str, branch: str) -> None:
    hosts = KnownHosts(("latest", "release", "esr/2026.1"), "latest")
    assert host_branches(called.format(branch), hosts) == {branch}


@pytest.mark.parametrize("name", ["unstable / backend_tests", "stable-ci / backend_tests"])
def test_a_job_that_is_called_alike_is_none_of_it(name: str) -> None:
    assert host_branches(name, KNOWN) == {"tests-passed"}


@pytest.mark.parametrize("kind", ["annotations_tests", "linting", "check_for_tests"])
def test_kinds_that_test_nothing_of_the_plugin_fail_nothing(kind: str) -> None:
    other = check(1, "failure", f"ci (stable) / {kind}", 2)
    runs = [workflow(1, "failure"), check(1, "success", "ci (stable) / backend_tests"), other]
    stable = judge(runs, "main", "stable", KNOWN)
    assert stable is not None
    assert stable.verdict is GOOD


def test_what_failed_by_its_surroundings_lets_the_one_before_speak() -> None:
    unlucky = replace(check(2, "failure"), message="Net::ReadTimeout: execution expired")
    assert verdict(workflow(1, "success"), workflow(2, "failure"), unlucky) is GOOD
    assert verdict(workflow(2, "failure"), unlucky) is None


def test_tests_that_name_no_branch_run_on_the_usual_one() -> None:
    tested = KnownHosts(("latest", "stable"), "latest")
    assert host_branches("ci / backend_tests", tested) == {"latest"}
    assert host_branches("ci (stable) / backend_tests", tested) == {"stable"}
    assert judge([workflow(1, "success")], "main", "latest", tested)
    assert judge([workflow(1, "success")], "main", "tests-passed", tested) is None
