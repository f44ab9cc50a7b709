"""What GitHub answers is bad in one place: that place is left out, and everything else is read."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from jobs.github.ci import read_ci
from jobs.github.issues import reconcile_issues
from jobs.github.repositories import read_repositories
from jobs.github.sweep import sweep
from models.github import sync
from models.rules.status import Verdict
from models.settings import Settings
from models.tables import GithubSync, Issue, Plugin, Release, SourceVerdict
from tests.jobs.github.conftest import AGO, an_issue
from tests.jobs.github.test_ci import fails, run
from tests.jobs.github.test_issues import wait
from tests.servers.github_hub import Hub, HubRepository, written
from tests.world import World, a_plugin

ODD: tuple[Any, ...] = (None, {}, "x", 7, [])


@pytest.fixture
def voting(world: World, hub: Hub) -> HubRepository:
    """A second repository, which has its turn after the first one."""
    with world.database.write() as session:
        session.add(a_plugin("voting", world.now))
    return hub.add(
        "example/voting", datetime.now(UTC) - AGO, github_id=701, commits={"main": ["b" * 40]}
    )


def titles(world: World) -> list[str]:
    with world.database.read() as session:
        return list(
            session.exec(select(Issue.title).order_by(col(Issue.repository_id), col(Issue.number)))
        )


def test_bad_issues_keep_no_other_back(
    world: World, solved: HubRepository, voting: HubRepository, settings: Settings
) -> None:
    at = datetime.now(UTC) - timedelta(hours=1)
    solved.issues = {
        1: an_issue(1, at, title="a\0b \ud800"),
        2: an_issue(2, at, user=None, labels=None, comments=None, title=None),
        3: an_issue(3, at, user={"id": 1}, labels=[None, {"id": 5}, {"id": 6, "name": "bug"}]),
        4: {**an_issue(4, at), "id": None},
        5: an_issue(5, at, state="petrified"),
        6: an_issue(6, at),
    }
    voting.issues = {1: an_issue(1, at, repository=701)}
    reconcile_issues(world.database, settings)
    assert titles(world) == ["a\ufffdb \ufffd", "(no title)", "Issue 3", "Issue 6", "Issue 1"]
    with world.database.read() as session:
        assert {row.problem for row in session.exec(select(GithubSync))} == {None}


def test_bad_annotations_and_checks_keep_no_verdict_back(
    world: World, solved: HubRepository, voting: HubRepository, settings: Settings
) -> None:
    reconcile_issues(world.database, settings)
    minute = timedelta(minutes=1)
    solved.runs = [{**run(1, "success", 9 * minute), "head_sha": None}, run(2, "failure", minute)]
    fails(solved, 2)
    solved.checks[52] = [*ODD, {**solved.checks[52][0], "check_suite": None}, *solved.checks[52]]
    solved.annotations[902] = [
        *ODD,
        {"annotation_level": "failure", "message": "a\0b\udfff", "path": 7, "title": []},
    ]
    voting.runs = [{**run(3, "success", minute), "head_repository": {"id": 701}}]
    read_ci(world.database, settings)
    with world.database.read() as session:
        said = {
            (plugin.handle, verdict.verdict, verdict.message)
            for plugin, verdict in session.exec(select(Plugin, SourceVerdict).join(SourceVerdict))
        }
    failed = ("solved", Verdict.TESTS_FAILING, "ci / backend_tests: a\ufffdb\ufffd")
    assert said == {failed, ("voting", Verdict.COMPATIBLE, None)}


def test_annotations_that_are_gone_keep_no_verdict_back(
    world: World, hub: Hub, solved: HubRepository, settings: Settings
) -> None:
    reconcile_issues(world.database, settings)
    solved.runs = [run(2, "failure", timedelta(minutes=1))]
    fails(solved, 2)
    hub.mishaps = [lambda _: None, lambda _: None, lambda _: (404, {}, {})]
    read_ci(world.database, settings)
    with world.database.read() as session:
        verdict = session.exec(select(SourceVerdict)).one()
    assert (verdict.verdict, verdict.message) == (
        Verdict.TESTS_FAILING,
        "ci / backend_tests failed",
    )


def test_bad_releases_and_files(world: World, solved: HubRepository, settings: Settings) -> None:
    at = written(datetime.now(UTC) - timedelta(hours=1))
    good = {
        "id": 9,
        "tag_name": "v1\0",
        "name": None,
        "author": {},
        "created_at": at,
        "published_at": at,
    }
    solved.releases = [*ODD, {"id": 8, "tag_name": None}, good]
    solved.files = {
        "plugin.rb": "# name: Sol\0ved\n# about: a\0\n",
        ".discourse-compatibility": "3.1: \0abc\n",
    }
    read_repositories(world.database, settings)
    wait(world)
    read_repositories(world.database, settings)
    with world.database.read() as session:
        assert session.exec(select(Release.tag)).all() == ["v1\ufffd"]
        assert session.exec(select(Plugin.name)).one() == "Sol\ufffdved"


def test_whatever_goes_wrong_with_one_is_its_own(world: World, settings: Settings) -> None:
    database = world.database
    reconcile_issues(database, settings)
    with database.read() as session:
        (target,) = sync.due(session, "labels", timedelta(), datetime.now(UTC))
    done: list[str] = []

    def do(_target: sync.Target) -> None:
        if not done:
            done.append("failed")
            raise KeyError("a mistake of ours")
        done.append("read")

    sweep(database, "labels", [target, target], do)
    assert done == ["failed", "read"]
    with database.read() as session:
        problem = session.get_one(GithubSync, ("700", "labels")).problem
    assert problem == "Reading it failed here (KeyError): the log says more"
