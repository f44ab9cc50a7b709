"""A plugin's repository from the mirror."""

from datetime import datetime, timedelta

import pytest

from models import queries
from models.database.engine import Database
from models.rules.privacy import EVERYTHING, PUBLIC, Clearance
from models.views.github import RepositoryView
from tests.hub import a_release, a_repository, an_issue, follow
from tests.world import World, make_world

DAY = timedelta(days=1)


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    world = make_world(database, now, "solved", "answers")
    with database.write() as session:
        told = {"archived": True, "head_sha": "c0ffee11", "head_at": now - DAY}
        follow(session, "solved", "answers", repository=a_repository(**told))
    return world


def _repository(
    world: World, handle: str = "solved", *, allowed: Clearance = EVERYTHING
) -> RepositoryView | None:
    with world.database.read() as session:
        plugin = queries.find_plugin(session, handle)
        assert plugin
        return queries.repository_of(session, plugin, allowed=allowed)


def test_it_is_told_as_it_is(world: World) -> None:
    with world.database.write() as session:
        session.add_all([an_issue(number, world.now) for number in range(1, 6)])
        session.add_all([an_issue(6, world.now, state="closed"), an_issue(7, world.now, gone=True)])
    found = _repository(world)
    assert found
    assert found == _repository(world, "answers")
    assert (found.full_name, found.archived, found.deleted, found.private) == (
        "example/solved",
        True,
        False,
        False,
    )
    assert (found.default_branch, found.head_sha, found.head_at) == (
        "main",
        "c0ffee11",
        world.now - DAY,
    )
    assert found.open_issues == 5
    assert [issue.number for issue in found.newest_issues] == [5, 4, 3]
    assert found.release is None


def test_the_newest_release_is_no_draft_not_gone_and_a_prerelease_only_if_there_is_no_other(
    world: World,
) -> None:
    def newest() -> str:
        found = _repository(world)
        assert found
        return found.release.tag if found.release else ""

    steps = (
        (a_release("draft", None, 1), ""),
        (a_release("gone", world.now, 2, gone=True), ""),
        (a_release("v2.beta", world.now, 3, prerelease=True), "v2.beta"),
        (a_release("v1.0", world.now - 2 * DAY, 4), "v1.0"),
        (a_release("v1.1", world.now - DAY, 5), "v1.1"),
        (a_release("v0.9", world.now - 3 * DAY, 6), "v1.1"),
    )
    for release, expected in steps:
        with world.database.write() as session:
            session.add(release)
        assert newest() == expected


def test_the_newest_five_releases_come_with_who_published_them(world: World) -> None:
    with world.database.write() as session:
        session.add(a_release("draft", None, 90))
        for number in range(7):
            session.add(
                a_release(f"v1.{number}", world.now - (9 - number) * DAY, number, author="ada")
            )
    found = _repository(world)
    assert found
    assert [each.tag for each in found.releases] == ["v1.6", "v1.5", "v1.4", "v1.3", "v1.2"]
    assert {each.author for each in found.releases} == {"ada"}


def test_a_private_one_is_not_for_public_pages(world: World) -> None:
    assert _repository(world, allowed=PUBLIC)
    with world.database.write() as session:
        session.merge(a_repository(private=True))
    assert _repository(world, allowed=PUBLIC) is None
    assert _repository(world)
