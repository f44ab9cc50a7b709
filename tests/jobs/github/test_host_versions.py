"""Which version a host branch is, asked of GitHub."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from jobs.github.host_versions import TASK, read_host_versions
from models.database.engine import Database
from models.metadata.host_file import PATH
from models.settings import Settings
from models.tables import GithubSync, HostVersion
from tests.asking import ask
from tests.models.metadata.test_host_file import NEW
from tests.servers.github_hub import Hub, HubRepository
from tests.world import GOOD, World, saw


@pytest.fixture
def host(hub: Hub) -> HubRepository:
    """A host of which stable is another version than the others."""
    return hub.add(
        "discourse/discourse",
        datetime.now(UTC),
        files={PATH: NEW.format("2026.2.0-latest"), f"stable:{PATH}": NEW.format("3.5.0")},
    )


def versions(database: Database) -> dict[str, str]:
    with database.read() as session:
        return {row.branch: row.version for row in session.exec(select(HostVersion))}


def test_versions_are_read_and_pins_go_by_them(
    world: World, host: HubRepository, settings: Settings
) -> None:
    read_host_versions(world.database, settings)
    latest = {"tests-passed": "2026.2.0-latest", "beta": "2026.2.0-latest"}
    assert versions(world.database) == {"stable": "3.5.0", **latest}
    world.report(saw("solved", "a" * 40, GOOD), branch="stable")
    answer = ask(world.database, "check stable: solved", world.now)
    assert answer.title == "This plugin works on stable (3.5.0)"
    host.files[f"stable:{PATH}"] = NEW.format("3.6.0")
    read_host_versions(world.database, settings)
    assert versions(world.database)["stable"] == "3.6.0"


def test_what_is_unchanged_costs_nothing_and_what_is_gone_keeps_its_version(
    world: World, hub: Hub, host: HubRepository, settings: Settings
) -> None:
    read_host_versions(world.database, settings)
    read_host_versions(world.database, settings)
    assert hub.statuses()[304] == 3
    host.files[PATH] = "nothing"
    read_host_versions(world.database, settings)
    assert versions(world.database)["beta"] == "2026.2.0-latest"
    with world.database.read() as session:
        rows = session.exec(select(GithubSync).where(GithubSync.task == TASK))
        problems = {row.subject: row.problem for row in rows}
    assert problems["host/beta"] == "lib/version.rb of the branch names no version"
    assert problems["host/stable"] is None
