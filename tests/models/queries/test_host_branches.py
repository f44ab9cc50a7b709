"""The host's branches: known to the operator, named by reports, and told by GitHub to be one line of history."""

from collections.abc import Callable
from datetime import datetime

import pytest
from click.testing import Result
from sqlmodel import select
from typer.testing import CliRunner

from models import queries
from models.__main__ import app
from models.database.engine import Database
from models.events.github import HistoryReading
from models.health.upstream import upstream_findings
from models.queries.host_branches import host_branches, set_known_branches, trunk
from models.tables import SourceVerdict
from tests.deliveries import deliver
from tests.hub import a_repository, follow
from tests.webhooks.github_samples import workflow_run
from tests.world import GOOD, World, make_world, saw

OLD, NEW = "a" * 40, "b" * 40


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    found = make_world(database, now, "solved")
    with database.write() as session:
        follow(session, "solved", repository=a_repository(github_id=700))  # as in GitHub's samples
    return found


@pytest.fixture
def command(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Result]:
    monkeypatch.setenv("DATABASE_URL", database_url)
    return lambda words: CliRunner().invoke(app, words.split())


def known(world: World, *branches: tuple[str, str]) -> None:
    with world.database.write() as session:
        set_known_branches(session, list(branches))


def ordered(world: World) -> list[str]:
    with world.database.read() as session:
        return host_branches(session)


def hints(world: World) -> list[str]:
    with world.database.read() as session:
        return [found.words for found in upstream_findings(session, world.now)]


def reported(world: World, *branches: str) -> None:
    for branch in branches:
        world.report(saw("solved", OLD, GOOD), host=OLD, branch=branch)


def listed(world: World, branch: str, *commits: str) -> None:
    """GitHub lists these commits on the branch, the oldest first."""
    world.record(HistoryReading(f"host/{branch}", commits, whole=True))


def test_branches_stand_in_the_operators_order_and_others_follow(world: World) -> None:
    reported(world, "stable", "latest", "esr/2026.1")
    assert ordered(world) == ["tests-passed", "beta", "stable", "esr/2026.1", "latest"]
    known(world, ("latest", "tests-passed"), ("release", "release"), ("stable", "stable"))
    assert ordered(world) == ["latest", "release", "stable", "esr/2026.1"]
    with world.database.read() as session:
        plugin = queries.find_plugin(session, "solved")
        assert plugin is not None
        matrix = queries.status_matrix(session, plugin, world.now)
    assert [each.host_branch for each in matrix.statuses] == ["latest", "stable", "esr/2026.1"]


def ci_speaks_of(world: World) -> set[str]:
    deliver(world, ("workflow_run", workflow_run(1)))
    with world.database.read() as session:
        tests = select(SourceVerdict.host_branch).where(SourceVerdict.source == "tests")
        return set(session.exec(tests))


@pytest.mark.parametrize(
    ("branches", "told", "github", "speaks_of"),
    [
        (("stable",), (), (), "tests-passed"),
        (("latest",), (), (), "tests-passed"),
        (("latest",), (("latest", "tests-passed"),), (), "latest"),
        (("latest",), (), ("tests-passed", "latest"), "latest"),
        (("latest", "tests-passed"), (("latest", "tests-passed"),), (), "tests-passed"),
        (("stable",), (), ("tests-passed", "latest"), "tests-passed"),
    ],
)
def test_ci_speaks_of_the_name_that_servers_use_for_its_branch(
    branches: tuple[str, ...],
    told: tuple[tuple[str, str], ...],
    github: tuple[str, ...],
    speaks_of: str,
    world: World,
) -> None:
    reported(world, *branches)
    if told:
        known(world, *told)
    for branch in github:
        listed(world, branch, OLD, NEW)
    with world.database.read() as session:
        assert trunk(session, "tests-passed") == speaks_of
    assert ci_speaks_of(world) == {speaks_of}


@pytest.mark.parametrize(
    ("told", "github", "words"),
    [
        ((), (), "named tests-passed in 30 days: if that is its name now, say so with"),
        ((), ("beta", "latest"), "named beta in 30 days: as GitHub has the same commits on both"),
        ((("latest", "tests-passed"), ("stable", "stable")), (), ""),
        ((("stable", "stable"),), (), "named stable in 30 days"),
    ],
)
def test_check_says_when_servers_name_a_branch_that_is_not_known(
    told: tuple[tuple[str, str], ...], github: tuple[str, ...], words: str, world: World
) -> None:
    reported(world, "stable")
    assert not hints(world), "a branch that nobody runs is no reason to worry"
    reported(world, "latest")
    if told:
        known(world, *told)
    for branch in github:
        listed(world, branch, OLD, NEW)
    found = hints(world)
    assert len(found) == bool(words)
    assert all(words in each and "host-branches set latest=" in each for each in found)


def test_the_operator_says_which_branches_there_are(
    command: Callable[[str], Result], world: World
) -> None:
    assert "tests-passed" in command("host-branches list").output
    assert command("host-branches set latest=tests-passed release").exit_code == 0
    assert ordered(world) == ["latest", "release"]
    assert "latest" in command("host-branches list").output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("=tests-passed", "write NAME, or NAME=FORMER"),
        ("latest=", "write NAME, or NAME=FORMER"),
        ("stable stable", "stable is named twice"),
        ("b" * 101, "is no branch"),
    ],
)
def test_what_is_no_branch_changes_nothing(
    words: str, said: str, command: Callable[[str], Result], world: World
) -> None:
    done = command(f"host-branches set {words}")
    assert done.exit_code == 1
    assert said in done.output
    assert ordered(world) == ["tests-passed", "beta", "stable"]
