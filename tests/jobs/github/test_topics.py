"""Topics of repositories become tags of their plugins, and go again."""

from datetime import UTC, datetime

from sqlmodel import select

from jobs.github.repositories import read_repositories
from models.metadata.listing import ListingEntry
from models.recording.github.master_list import import_listing
from models.settings import Settings
from models.tables import GithubSync, Plugin
from tests.servers.github_hub import Hub, HubRepository
from tests.world import World


def tags(world: World) -> list[str]:
    with world.database.read() as session:
        return session.exec(select(Plugin)).one().tags


def again(world: World, settings: Settings) -> None:
    """Read all of it as if a day had passed."""
    with world.database.write() as session:
        for row in session.exec(select(GithubSync)):
            row.asked_at = row.done_at = None
    read_repositories(world.database, settings)


def test_topics_are_tags(world: World, hub: Hub, solved: HubRepository, settings: Settings) -> None:
    entry = ListingEntry("example/solved", tags=("official",))
    with world.database.write() as session:
        import_listing(session, [entry], datetime.now(UTC))
    solved.topics = ["discourse-plugin", "answers", "Official"]
    read_repositories(world.database, settings)
    assert tags(world) == ["official", "answers"]
    with world.database.write() as session:
        import_listing(session, [entry], datetime.now(UTC))
    assert tags(world) == ["official", "answers"]
    solved.topics, solved.at = ["support"], datetime.now(UTC)
    again(world, settings)
    assert tags(world) == ["official", "support"]
    solved.private = True
    again(world, settings)
    assert tags(world) == ["official"]
    assert hub.asked
