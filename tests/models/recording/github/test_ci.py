"""From CI runs to verdicts and incidents."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from models.database.engine import Database
from models.events.silence import Overdue
from models.metadata.listing import ListingEntry
from models.recording.github.master_list import import_listing
from models.rules.sources import JudgingSource
from models.rules.status import Verdict
from models.tables import Incident, MasterListLine, SourceVerdict, Status
from tests.deliveries import deliver
from tests.webhooks import github_samples as samples
from tests.webhooks.github_samples import START, check_run, check_suite, repository, workflow_run
from tests.world import BAD, GOOD, World, make_world, saw

FAILING = Verdict.TESTS_FAILING


@pytest.fixture
def world(database: Database) -> World:
    return make_world(database, START + timedelta(hours=1), "solved")


def failed(number: int = 1, at: int = 0, **more: Any) -> list[tuple[str, dict[str, Any]]]:
    """A suite whose backend tests fail."""
    output = {"title": "2 examples failed", "summary": "token=abcdefghijklmnop1234"}
    ran = check_run(number, at=at, conclusion="failure", github_id=number, output=output)
    return [("check_run", ran), ("workflow_run", workflow_run(number, at, "failure", **more))]


def passed(number: int = 1, at: int = 0, **more: Any) -> list[tuple[str, dict[str, Any]]]:
    return [("workflow_run", workflow_run(number, at, **more))]


def verdict(world: World, branch: str = "main") -> str | None:
    """What CI says of the branch."""
    with world.database.read() as session:
        rows = select(SourceVerdict.verdict).where(
            SourceVerdict.plugin_branch == branch, SourceVerdict.source == "tests"
        )
        return session.exec(rows).one_or_none()


def combined(world: World) -> str:
    with world.database.read() as session:
        return session.exec(select(Status.verdict)).one()


def incident(world: World) -> Incident:
    (found,) = world.incidents()
    return found


def test_failing_tests_open_an_incident_and_passing_ones_end_it(world: World) -> None:
    deliver(world, *failed(1))
    found = incident(world)
    assert (found.origin, found.verdict, found.host_branch) == (
        JudgingSource.TESTS,
        FAILING,
        "tests-passed",
    )
    assert (found.bad_plugin_sha, found.bad_host_sha) == (f"{1:040x}", "")
    assert (found.said_by, found.reference) == ("Discourse Plugin", "actions/runs/2001")
    assert found.message == "ci / backend_tests: 2 examples failed\ntoken=[redacted secret]"
    assert f"incident:{found.id}" in {row.conversation for row in world.announced()}
    deliver(world, *passed(2, 60))
    assert (incident(world).resolved_at, combined(world)) == (world.now, GOOD)


def test_the_verdict_is_as_old_as_the_run(world: World) -> None:
    deliver(world, *passed(1, 30))
    with world.database.read() as session:
        row = session.exec(select(SourceVerdict)).one()
    assert row.seen_at == START + timedelta(seconds=30)


def test_a_run_that_is_older_than_the_deadline_turns_nothing_green(world: World) -> None:
    world.now += timedelta(days=8)
    deliver(world, *passed(1))
    assert combined(world) == Verdict.UNKNOWN
    deliver(world, *failed(2, 10))
    assert world.incidents() == []
    assert combined(world) == Verdict.UNKNOWN


def test_a_lint_that_fails_is_not_the_tests(world: World) -> None:
    deliver(
        world,
        ("check_run", check_run(1)),
        ("check_run", check_run(1, "ci / linting", 5, "failure", 9)),
    )
    deliver(world, ("workflow_run", workflow_run(1, 9, "failure")))
    assert (combined(world), world.incidents()) == (GOOD, [])


def test_what_a_fork_ran_says_nothing_of_the_branch_that_it_calls_the_same(world: World) -> None:
    deliver(
        world,
        *passed(1),
        ("check_suite", check_suite(2, 60, "failure")),
        ("check_run", check_run(2, at=60, conclusion="failure")),
    )
    assert combined(world) == FAILING
    deliver(world, ("workflow_run", workflow_run(2, 60, "failure", head_repository={"id": 701})))
    assert verdict(world) == GOOD
    assert incident(world).resolved_at is not None


def test_what_turns_out_to_be_another_workflow_takes_its_word_back(world: World) -> None:
    deliver(world, ("check_run", check_run(1)), ("check_suite", check_suite(1)))
    assert combined(world) == GOOD
    deliver(world, ("workflow_run", workflow_run(1, name="Nightly")))
    assert (verdict(world), combined(world)) == (None, Verdict.UNKNOWN)


def test_a_line_stands_no_longer_than_the_earlier_run_that_is_left(world: World) -> None:
    """Its list then told for as long as the later one would have counted what nobody says any more."""
    deliver(world, *passed(1), *passed(2, 600, head_sha=f"{1:040x}"))
    deliver(world, ("workflow_run", workflow_run(2, 601, head_sha=f"{1:040x}", name="Nightly")))
    with world.database.read() as session:
        line = session.exec(select(MasterListLine)).one()
        row = session.exec(select(SourceVerdict)).one()
    assert row.seen_at == START
    assert line.stands_until == START + timedelta(days=7)


def test_other_branches_are_judged_once_somebody_spoke_of_them(world: World) -> None:
    deliver(world, *failed(1, head_branch="stable"))
    assert world.incidents() == []
    world.report(saw("solved", "p1", GOOD, branch="stable"))
    deliver(world, *passed(2, 60, head_branch="stable"))
    assert (verdict(world), verdict(world, "stable")) == (None, GOOD)


def test_a_new_default_branch_is_judged(world: World) -> None:
    deliver(world, *passed(1, head_branch="next"))
    assert verdict(world, "next") is None
    deliver(world, ("repository", samples.about(repository(at=9, default_branch="next"), "edited")))
    assert verdict(world, "next") == GOOD


def test_a_plugin_that_is_listed_later_is_judged_then(database: Database) -> None:
    world = make_world(database, START + timedelta(hours=1))
    deliver(world, *failed(1))
    assert world.announced() == []
    with database.write() as session:
        import_listing(session, [ListingEntry("example/solved")], world.now)
    assert (verdict(world), incident(world).times) == (FAILING, 1)
    assert world.announced() != []


def test_a_plugin_whose_repository_was_renamed_to_is_judged(world: World) -> None:
    elsewhere = repository("example/answers")
    deliver(world, *[(event, {**body, "repository": elsewhere}) for event, body in failed(1)])
    assert verdict(world) is None
    deliver(world, ("repository", samples.renamed(repository("example/answers", 1), "solved")))
    assert verdict(world) == FAILING


def test_it_stands_beside_what_a_guard_says(world: World) -> None:
    world.report(saw("solved", "p1", BAD))
    deliver(world, *failed(1))
    found = incident(world)
    assert (combined(world), found.origin, found.resolved_at) == (BAD, JudgingSource.GUARD, None)


def test_silence_of_ci_is_no_success(world: World) -> None:
    deliver(world, *passed(1))
    world.now += timedelta(days=8)
    world.record(Overdue(limit=10))
    assert combined(world) == Verdict.UNKNOWN


def test_a_fork_that_is_known_before_its_checks_end_judges_nothing(world: World) -> None:
    fork = {"event": "pull_request", "head_repository": {"id": 701}}
    deliver(
        world,
        ("workflow_run", workflow_run(1, -60, None, status="queued", **fork)),
        ("check_run", check_run(1, conclusion="failure")),
        ("check_suite", check_suite(1, conclusion="failure")),
        ("workflow_run", workflow_run(1, 5, "failure", **fork)),
    )
    assert (verdict(world), world.incidents(), world.announced()) == (None, [], [])


@pytest.mark.parametrize("before", [[], passed(1)])
@pytest.mark.parametrize("fork", [{"id": 701}, None])
def test_what_only_a_fork_failed_is_over_once_it_is_known(
    world: World, before: list[tuple[str, dict[str, Any]]], fork: dict[str, int] | None
) -> None:
    deliver(
        world,
        *before,
        ("check_run", check_run(2, at=60, conclusion="failure")),
        ("check_suite", check_suite(2, 60, "failure")),
        ("workflow_run", workflow_run(2, 60, "failure", head_repository=fork)),
    )
    found = incident(world)
    assert (found.resolved_at, found.closed is None) == (world.now, bool(before))


def test_what_a_guard_saw_as_well_stays_open(world: World) -> None:
    deliver(
        world,
        ("check_run", check_run(2, at=60, conclusion="failure")),
        ("check_suite", check_suite(2, 60, "failure")),
    )
    world.report(saw("solved", "p1", BAD))
    deliver(world, ("workflow_run", workflow_run(2, 60, "failure", head_repository=None)))
    found = incident(world)
    assert (verdict(world), combined(world), found.resolved_at) == (None, BAD, None)


def test_what_fails_on_a_host_branch_that_nobody_reports_is_not_the_usual_ones(
    world: World,
) -> None:
    deliver(
        world,
        ("check_run", check_run(1, "ci (tests-passed) / backend_tests", github_id=1)),
        ("check_run", check_run(1, "ci (stable) / backend_tests", 0, "failure", 2)),
        ("workflow_run", workflow_run(1, 5, "failure")),
    )
    with world.database.read() as session:
        rows = select(SourceVerdict.host_branch, SourceVerdict.verdict)
        assert dict(session.exec(rows).all()) == {"tests-passed": GOOD, "stable": FAILING}
    assert incident(world).host_branch == "stable"
