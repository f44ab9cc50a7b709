"""What plugins say of themselves that share a repository, each in its folder."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from jobs.github.folders import read_folders
from models.metadata.listing import parse_listing
from models.recording.github.master_list import import_listing
from models.settings import Settings
from models.tables import GithubSync, Plugin
from tests.servers.github_hub import Hub, HubRepository
from tests.world import World

MANY = "example/many"


@pytest.fixture
def many(hub: Hub, world: World) -> HubRepository:
    """A repository with two plugins in the master list, of which one has a header."""
    repository = hub.add(MANY, datetime.now(UTC) - timedelta(days=1), github_id=701)
    repository.files = {"plugins/chat/plugin.rb": "# name: chat\n# about: Talk\n# author: A\n"}
    with world.database.write() as session:
        entries = parse_listing(f"{MANY}/plugins/chat\n{MANY}/plugins/poll").entries
        import_listing(session, entries, world.now)
    return repository


def in_folders(world: World) -> dict[str, tuple[str | None, list[str]]]:
    """What is known of the two: what they are for, and what is wrong."""
    with world.database.read() as session:
        rows = session.exec(select(Plugin).where(Plugin.path != "").order_by(col(Plugin.id)))
        return {row.handle: (row.about, row.problems) for row in rows}


def a_day_later(world: World) -> None:
    with world.database.write() as session:
        for row in session.exec(select(GithubSync)):
            row.asked_at = row.asked_at and row.asked_at - timedelta(days=1)


def test_each_plugin_is_read_in_its_folder_once_a_day(
    world: World, hub: Hub, settings: Settings, many: HubRepository
) -> None:
    read_folders(world.database, settings)
    missing = "Its folder has no plugin.rb, so sites cannot load a plugin from it."
    assert in_folders(world) == {
        "chat": ("Talk", ["`author:` is ignored; Discourse reads `authors:`."]),
        "poll": (None, [missing]),
    }
    asked = len(hub.asked)
    read_folders(world.database, settings)
    assert len(hub.asked) == asked
    a_day_later(world)
    read_folders(world.database, settings)
    assert [status for _, _, status in hub.asked[asked:]] == [304, 404]
    many.files["plugins/poll/plugin.rb"] = "# name: poll\n# about: Ask\n"
    many.files["plugins/chat/plugin.rb"] = "#" * (1 << 20) + "x"
    a_day_later(world)
    read_folders(world.database, settings)
    told = in_folders(world)
    assert told["poll"] == ("Ask", [])
    assert told["chat"] == ("Talk", ["plugin.rb is too large for GitHub to show."])


def test_a_folder_whose_plugin_calls_itself_otherwise_keeps_its_place(
    world: World, settings: Settings, many: HubRepository
) -> None:
    many.files["plugins/poll/plugin.rb"] = "# name: discourse-poll\n"
    read_folders(world.database, settings)
    assert set(in_folders(world)) == {"chat", "discourse-poll"}


def test_nothing_is_asked_where_no_plugin_is_in_a_folder(
    world: World, hub: Hub, settings: Settings
) -> None:
    read_folders(world.database, settings)
    assert hub.asked == []
