"""Each delivery once, its news told once, and old ones forgotten."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import func, select

from models.database.engine import Database
from models.metadata.listing import ListingEntry
from models.operating import retention
from models.recording.github.master_list import import_listing
from models.rules.routing import Topic
from models.settings import Settings
from models.tables import Announcement, Delivery, Issue, Release, Repository, Subscription
from tests.deliveries import Told, bindings, deliver, delivery
from tests.webhooks import github_samples as samples
from tests.webhooks.github_samples import START, issue, issues, release, repository
from tests.world import World, make_world

ASKING_FOR_ALL = list(Topic)


@pytest.fixture
def world(database: Database) -> World:
    made = make_world(database, START + timedelta(minutes=1), "solved", "voting")
    with database.write() as session:
        room = session.exec(select(Subscription)).one()
        room.topics = ASKING_FOR_ALL
        session.add(room)
    return made


def count(world: World, table: Any) -> int:
    with world.database.read() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def test_a_delivery_counts_once_in_a_batch_and_later(world: World) -> None:
    opened = delivery("issues", issues("opened", issue()), "one")
    copies = [delivery("issues", issues("opened", issue()), "one") for _ in range(3)]
    outcomes = world.record(opened, delivery("issues", issues("opened", issue(2)), "two"), *copies)
    assert [outcome.number for outcome in outcomes] == [1, 1, 0, 0, 0]
    assert [outcome.number for outcome in world.record(opened)] == [0]
    assert (count(world, Delivery), count(world, Issue), count(world, Announcement)) == (2, 2, 2)


def test_the_first_of_two_that_claim_one_id_counts(world: World) -> None:
    world.record(
        delivery("issues", issues("opened", issue(1)), "x"),
        delivery("issues", issues("opened", issue(2)), "x"),
    )
    with world.database.read() as session:
        assert session.exec(select(Issue)).one().number == 1


def test_a_repository_that_no_plugin_has_is_mirrored_and_not_told_of(world: World) -> None:
    deliver(
        world, ("issues", issues("opened", issue(), repository("example/stranger", github_id=9)))
    )
    assert (count(world, Issue), count(world, Repository), count(world, Announcement)) == (1, 1, 0)


PUBLISHED: list[Told] = [
    ("release", release(action, at=at)) for at, action in enumerate(("published", "released"))
]


@pytest.mark.parametrize(
    ("told", "cards"),
    [
        (PUBLISHED, 1),
        (PUBLISHED[::-1], 1),
        ([*PUBLISHED, *PUBLISHED], 1),
        ([("release", release("edited", at=9)), *PUBLISHED], 1),
        ([*PUBLISHED, ("release", release("edited", at=9))], 1),
        ([*PUBLISHED, ("release", release("deleted", at=9))], 1),
        ([("release", release("deleted", at=9)), *PUBLISHED], 0),
        ([("release", release("created", draft=True)), ("release", release("edited"))], 0),
        ([("release", release("published", number)) for number in (1, 2)], 2),
    ],
)
def test_a_release_is_told_once(world: World, told: list[Told], cards: int) -> None:
    deliver(world, *told)
    assert count(world, Announcement) == cards


def test_releases_and_their_plugin_in_one_batch(world: World) -> None:
    world.record(*(delivery(*told) for told in PUBLISHED))
    assert (count(world, Announcement), count(world, Release)) == (1, 1)


def test_an_app_that_lost_repositories_is_told_of_although_its_time_stands_still(
    world: World,
) -> None:
    deliver(
        world,
        (
            "installation",
            samples.installation("created", repositories=[samples.listed("example/solved", 700)]),
        ),
    )
    before = count(world, Announcement)
    lost = samples.installation(
        "removed", repositories_removed=[samples.listed("example/solved", 700)]
    )
    deliver(world, ("installation_repositories", lost))
    assert count(world, Announcement) == before + 1


def test_the_list_may_be_imported_after_github_spoke(database: Database, now: datetime) -> None:
    world = make_world(database, now)
    deliver(world, ("issues", issues("opened", issue())), ("check_run", samples.check_run()))
    with database.write() as session:
        import_listing(session, [ListingEntry("Example/Solved")], now)
    assert bindings(database) == {"solved": ("example/solved", 700)}


def test_old_deliveries_are_forgotten(world: World) -> None:
    deliver(world, ("ping", {"repository": repository()}))
    deliver(world, ("ping", {"repository": repository()}))
    (deliveries,) = (kept for kept in retention.rules(Settings()) if kept.table == "delivery")
    assert timedelta(days=deliveries.days) > timedelta(days=3)
    with world.database.write() as session:
        old = retention.oldest(session, deliveries, world.now + timedelta(days=deliveries.days))
        assert len(old) == 1
        retention.delete(session, deliveries, old)
    assert count(world, Delivery) == 1
