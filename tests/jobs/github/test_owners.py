"""What owners of repositories say of themselves on GitHub, and what clients of the Plugin Manager read of it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from jobs.github.owners import read_owners
from jobs.github.repositories import read_repositories
from models.github.fields import Fields
from models.github.owners import read_owner
from models.settings import Settings
from models.tables import GithubSync, Repository, RepositoryOwner
from tests.servers.github_hub import Hub
from tests.world import World

SAYS = {
    "type": "Organization",
    "email": "hello@example.com",
    "blog": "www.example.com/plugins",
    "description": "We  make\nplugins",
    "bio": "not this",
}


def kept(world: World) -> list[tuple[str, str | None, str | None, str | None]]:
    with world.database.read() as session:
        rows = session.exec(select(RepositoryOwner).order_by(col(RepositoryOwner.login_key)))
        return [(row.login_key, row.email, row.website, row.description) for row in rows]


def a_day_later(world: World) -> None:
    with world.database.write() as session:
        for row in session.exec(select(GithubSync)):
            row.asked_at = row.asked_at and row.asked_at - timedelta(days=1)


def test_owners_are_asked_about_once_a_day(world: World, hub: Hub, settings: Settings) -> None:
    hub.accounts["example"] = SAYS
    read_owners(world.database, settings)
    assert hub.asked == []  # no repository is known yet
    read_repositories(world.database, settings)
    hub.asked.clear()
    read_owners(world.database, settings)
    whole = ("example", "hello@example.com", "https://www.example.com/plugins", "We make plugins")
    assert kept(world) == [whole]
    read_owners(world.database, settings)
    assert [status for _, _, status in hub.asked] == [200]
    a_day_later(world)
    read_owners(world.database, settings)
    assert [status for _, _, status in hub.asked] == [200, 304]
    assert kept(world) == [whole]
    hub.accounts["example"] = SAYS | {"email": None, "blog": ""}
    a_day_later(world)
    read_owners(world.database, settings)
    assert kept(world) == [("example", None, None, "We make plugins")]
    del hub.accounts["example"]
    a_day_later(world)
    read_owners(world.database, settings)
    assert kept(world) == [("example", None, None, None)]


def test_nobody_is_asked_of_who_owns_what_is_private(
    world: World, hub: Hub, settings: Settings
) -> None:
    read_repositories(world.database, settings)
    with world.database.write() as session:
        session.exec(select(Repository)).one().private = True
    hub.asked.clear()
    read_owners(world.database, settings)
    assert hub.asked == []


@pytest.mark.parametrize(
    ("said", "email", "website", "description"),
    [
        ({"type": "User", "bio": "I write Ruby"}, "", "", "I write Ruby"),
        ({"blog": "http://a.example"}, "", "http://a.example", ""),
        ({"blog": "javascript:alert(1)"}, "", "", ""),
        ({"blog": "javascript://a.example/%0aalert(1)"}, "", "", ""),
        ({"blog": "my blog is nice.example"}, "", "", ""),
        ({"blog": "localhost"}, "", "", ""),
        ({"blog": "http://[::1"}, "", "", ""),
        ({"email": "me at example.com"}, "", "", ""),
        ({"email": 7, "blog": None, "bio": ["x"]}, "", "", ""),
        ({"bio": "a\0b \ud800"}, "", "", "a\ufffdb \ufffd"),
    ],
)
def test_what_makes_no_sense_is_left_out(
    said: dict[str, Any], email: str, website: str, description: str
) -> None:
    found = read_owner("Ann", Fields(said))
    assert (found.login, found.email, found.website) == ("Ann", email, website)
    assert found.description == description
