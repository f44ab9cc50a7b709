"""The versions of proposed pins, asked of GitHub at the commit that they are about."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from jobs.github.pin_versions import read_pin_versions
from models import queries
from models.database.engine import Database
from models.messages.incident import incident_card
from models.metadata.host_file import PATH
from models.settings import Settings
from models.tables import HostCommitVersion
from tests.asking import ask
from tests.models.metadata.test_host_file import NEW
from tests.servers.github_hub import Hub, HubRepository
from tests.world import BAD, GOOD, World, saw

OLD, BROKEN, NEWER = "a" * 40, "b" * 40, "c" * 40
GOOD_PLUGIN, BAD_PLUGIN = "d" * 40, "e" * 40


@pytest.fixture
def host(hub: Hub) -> HubRepository:
    """A host whose version changed with the commit that broke."""
    files = {f"{BROKEN}:{PATH}": NEW.format("3.6.0"), f"{NEWER}:{PATH}": NEW.format("3.7.0")}
    return hub.add("discourse/discourse", datetime.now(UTC), files=files)


def versions(database: Database) -> dict[str, str]:
    with database.read() as session:
        return {row.sha: row.version for row in session.exec(select(HostCommitVersion))}


def details(world: World) -> str:
    """What the card's button for more shows."""
    return str(ask(world.database, "log solved", world.now))


def card(world: World) -> str:
    """The card as it stands."""
    with world.database.read() as session:
        plugin = queries.find_plugin(session, "solved")
        assert plugin is not None
        (incident,) = queries.open_incidents(session, plugin)
        return str(incident_card(incident))


@pytest.mark.usefixtures("host")
def test_what_the_host_broke_is_pinned_below_its_version_then(
    world: World, settings: Settings
) -> None:
    world.report(saw("solved", GOOD_PLUGIN, GOOD), host=OLD)
    world.report(saw("solved", GOOD_PLUGIN, BAD), host=BROKEN)
    assert "< VERSION" in details(world)
    assert ".discourse-compatibility" not in card(world), "it cannot be pasted yet"
    read_pin_versions(world.database, settings)
    assert versions(world.database) == {BROKEN: "3.6.0"}
    assert f"< 3.6.0: {GOOD_PLUGIN}" in details(world)
    assert f"< 3.6.0: {GOOD_PLUGIN}" in card(world)


@pytest.mark.usefixtures("host")
def test_what_a_plugin_broke_is_pinned_up_to_the_newest_version_of_the_host(
    world: World, settings: Settings
) -> None:
    world.report(saw("solved", GOOD_PLUGIN, GOOD), host=BROKEN)
    world.report(saw("solved", BAD_PLUGIN, BAD), host=BROKEN)
    read_pin_versions(world.database, settings)
    assert f"<= 3.6.0: {GOOD_PLUGIN}" in details(world)
    world.report(saw("solved", BAD_PLUGIN, BAD), host=NEWER)
    read_pin_versions(world.database, settings)
    assert f"<= 3.7.0: {GOOD_PLUGIN}" in details(world)
    assert f"<= 3.7.0: {GOOD_PLUGIN}" in card(world)


@pytest.mark.usefixtures("host")
def test_a_commit_is_asked_for_once_and_one_that_is_gone_never_again(
    world: World, hub: Hub, settings: Settings
) -> None:
    world.report(saw("solved", GOOD_PLUGIN, GOOD), host=OLD)
    world.report(saw("solved", GOOD_PLUGIN, BAD), host="f" * 40)
    for _ in range(2):
        read_pin_versions(world.database, settings)
    assert versions(world.database) == {"f" * 40: ""}
    assert sum(hub.statuses().values()) == 1
    assert "< VERSION" in details(world)
