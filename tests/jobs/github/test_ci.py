"""CI's verdicts read from GitHub's API, where no webhook tells them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from jobs.github.ci import read_ci
from jobs.github.issues import reconcile_issues
from models.rules.status import Verdict
from models.settings import Settings
from models.tables import GithubSync, SourceVerdict
from tests.deliveries import delivery
from tests.jobs.github.test_issues import wait
from tests.servers.github_hub import Hub, HubRepository, written
from tests.world import World


@pytest.fixture(autouse=True)
def found(world: World, hub: Hub, settings: Settings) -> None:
    reconcile_issues(world.database, settings)
    hub.asked.clear()


def run(number: int, conclusion: str, ago: timedelta, **more: Any) -> dict[str, Any]:
    at = datetime.now(UTC) - ago
    return {
        "id": number,
        "check_suite_id": 50 + number,
        "name": "Discourse Plugin",
        "event": "push",
        "head_branch": "main",
        "head_sha": f"{number:040x}",
        "head_repository": {"id": 700},
        "status": "completed",
        "conclusion": conclusion,
        "run_attempt": 1,
        "created_at": written(at),
        "updated_at": written(at),
        **more,
    }


def fails(solved: HubRepository, number: int, name: str = "ci / backend_tests") -> None:
    """Let a job of the run fail, with a warning, what GitHub says of any that fails, and what a test says."""
    at = written(datetime.now(UTC) - timedelta(minutes=5))
    shown = {"id": 900 + number, "name": name, "head_sha": f"{number:040x}", "status": "completed"}
    ended = {
        "conclusion": "failure",
        "started_at": at,
        "completed_at": at,
        "output": {"title": None, "summary": None},
    }
    solved.checks[50 + number] = [{**shown, **ended, "check_suite": {"id": 50 + number}}]
    solved.annotations[900 + number] = [
        {"path": "a.rb", "start_line": 1, "annotation_level": "warning", "message": "old"},
        {
            "path": ".github",
            "start_line": 63,
            "annotation_level": "failure",
            "message": "Process completed with exit code 1.",
        },
        {
            "path": "spec/b_spec.rb",
            "start_line": 7,
            "annotation_level": "failure",
            "message": "expected token=abcdefghijklmnop1234",
        },
    ]


def verdict(world: World) -> tuple[str, str | None]:
    with world.database.read() as session:
        row = session.exec(select(SourceVerdict)).one()
    return row.verdict, row.message


def test_failing_tests_and_their_end(
    world: World, hub: Hub, solved: HubRepository, settings: Settings
) -> None:
    minutes = timedelta(minutes=1)
    solved.runs = [
        run(1, "success", 60 * minutes),
        run(2, "failure", 10 * minutes),
        run(3, "failure", minutes, name="Lint"),
    ]
    fails(solved, 2)
    read_ci(world.database, settings)
    said = (
        "ci / backend_tests: spec/b_spec.rb:7: expected token=[redacted secret]\n"
        ".github:63: Process completed with exit code 1."
    )
    assert verdict(world) == (Verdict.TESTS_FAILING, said)
    (incident,) = world.incidents()
    assert (incident.reference, incident.bad_plugin_sha) == ("actions/runs/2", f"{2:040x}")
    assert len(hub.asked) == 3
    wait(world)
    read_ci(world.database, settings)
    assert [status for _, _, status in hub.asked[3:]] == [304]
    solved.runs.append(run(4, "success", timedelta()))
    wait(world)
    read_ci(world.database, settings)
    assert verdict(world) == (Verdict.COMPATIBLE, None)
    assert world.incidents()[0].resolved_at is not None


def test_a_lint_that_fails_is_not_the_tests(
    world: World, solved: HubRepository, settings: Settings
) -> None:
    solved.runs = [run(1, "success", timedelta(hours=1)), run(2, "failure", timedelta(minutes=1))]
    fails(solved, 2, name="ci / linting")
    read_ci(world.database, settings)
    assert verdict(world)[0] == Verdict.COMPATIBLE


def test_where_webhooks_tell_it_is_asked_once_an_hour(
    world: World, hub: Hub, solved: HubRepository, settings: Settings
) -> None:
    world.record(delivery("public", {"repository": solved.shown()}))
    read_ci(world.database, settings)
    asked = len(hub.asked)
    with world.database.write() as session:
        row = session.get_one(GithubSync, ("700", "ci"))
        row.asked_at = datetime.now(UTC) - timedelta(minutes=30)
    read_ci(world.database, settings)
    assert (asked, len(hub.asked)) == (1, 1)


def test_the_words_of_a_delivered_run_are_read_and_disturb_nobody(
    world: World, solved: HubRepository, settings: Settings
) -> None:
    shown = run(2, "failure", timedelta(minutes=10))
    solved.runs = [shown]
    fails(solved, 2)
    check = {
        **solved.checks[52][0],
        "check_suite": {"id": 52, "head_branch": "main", "pull_requests": []},
    }
    home = solved.shown()
    world.record(
        delivery("check_run", {"action": "completed", "check_run": check, "repository": home})
    )
    world.record(
        delivery("workflow_run", {"action": "completed", "workflow_run": shown, "repository": home})
    )
    assert verdict(world)[1] == "ci / backend_tests failed"
    told = [(row.action, row.conversation) for row in world.announced()]
    read_ci(world.database, settings)
    assert "b_spec" in (verdict(world)[1] or "")
    assert {row.action for row in world.announced()[len(told) :]} <= {"edit"}
    world.record(
        delivery("check_run", {"action": "completed", "check_run": check, "repository": home})
    )
    assert "b_spec" in (verdict(world)[1] or "")
