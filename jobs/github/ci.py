"""Polls CI where no webhook reports it: the newest runs of each default branch, and why tests failed."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import structlog

from jobs.github.client import PAGE, GithubClient, asking, skipped
from jobs.github.sweep import sweep
from jobs.github.trouble import ForbiddenError, MissingError
from models.database.engine import Database
from models.events.github import GithubReading
from models.github import sync
from models.github.ci_runs import annotated, check_run, workflow_run
from models.github.facts import CiFact
from models.github.fields import MalformedError
from models.github.gathering import Gathered
from models.github.sync import Target
from models.record import record
from models.rules.ci import WORKFLOW, is_bad, is_test, says_something
from models.settings import Settings

TASK = "ci"
EVERY = timedelta(minutes=10)
UNLESS_HEARD = timedelta(hours=1)

_NEWEST = 5

_log = structlog.get_logger()


def read_ci(database: Database, settings: Settings) -> None:
    """Ask for the runs that ended.

    Where none ended since, the answer is unchanged and costs nothing.
    """
    with asking(database, settings) as asks:
        with database.read() as session:
            targets = sync.due(session, TASK, EVERY, datetime.now(UTC), UNLESS_HEARD)
        sweep(database, TASK, targets, lambda target: _read(database, asks, target))


def _read(database: Database, asks: GithubClient, target: Target) -> None:
    if target.default_branch is None:
        return
    answer = asks.get(
        f"/repositories/{target.repository_id}/actions/runs",
        target.owner,
        target.etag,
        branch=target.default_branch,
        status="completed",
        per_page=_NEWEST,
    )
    facts: list[CiFact] = []
    if not answer.unchanged:
        runs = [
            one for one in answer.objects("workflow_runs") if one.words("name").strip() == WORKFLOW
        ]
        told = Gathered[CiFact]()
        told.take_each(runs, lambda one: workflow_run(one, target.repository_id))
        skipped(target.subject, TASK, told)
        facts = [*told.facts, *_checks(asks, target, told.facts)]
    now = datetime.now(UTC)
    with database.write() as session:
        if facts:
            record(session, [GithubReading(tuple(facts))], now)
        sync.note(session, target.subject, TASK, now, etag=answer.etag or target.etag, done_at=now)


def _checks(asks: GithubClient, target: Target, runs: Iterable[CiFact]) -> list[CiFact]:
    """The test checks of the newest run with a result, if it failed; failed ones with annotations."""
    told = [run for run in runs if says_something(run.conclusion) and run.branch]
    newest = max(told, key=lambda run: (run.started_at, run.suite_id), default=None)
    if newest is None or not is_bad(newest.conclusion):
        return []
    answer = asks.get(
        f"/repositories/{target.repository_id}/check-suites/{newest.suite_id}/check-runs",
        target.owner,
        per_page=PAGE,
    )
    shown = [one for one in answer.objects("check_runs") if is_test(one.words("name"))]
    checks = Gathered[CiFact]()
    checks.take_each(shown, lambda one: check_run(one, target.repository_id, newest.branch))
    skipped(target.subject, TASK, checks)
    explained = []
    for check in checks.facts:
        if is_bad(check.conclusion):
            explained.append(_explained(asks, target, check))
        else:
            explained.append(check)
    return explained


def _explained(asks: GithubClient, target: Target, check: CiFact) -> CiFact:
    """The check with its annotations, if we can read them; without them we still know that it failed."""
    path = f"/repositories/{target.repository_id}/check-runs/{check.github_id}/annotations"
    try:
        return annotated(check, asks.get(path, target.owner).objects())
    except (MissingError, ForbiddenError, MalformedError) as error:
        _log.warning(
            "annotations_not_read", subject=target.subject, check=check.github_id, reason=str(error)
        )
        return check
