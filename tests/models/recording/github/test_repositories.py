"""Which repository a plugin follows, through renames, transfers, deletions and newcomers."""

from collections.abc import Sequence
from datetime import datetime
from itertools import permutations

import pytest
from sqlmodel import select

from models.database.engine import Database
from models.metadata.header import parse_header
from models.metadata.listing import ListingEntry
from models.recording.github.master_list import ImportResult, import_listing
from models.tables import Plugin
from tests.deliveries import Told, bindings, deliver, delivery, end_state
from tests.webhooks import github_samples as samples
from tests.webhooks.github_samples import renamed, repository
from tests.world import World, make_world

LISTED = {"solved": "example/solved"}


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    return make_world(database, now, "solved")


def seen(full_name: str, github_id: int = 700, at: int = 0) -> Told:
    return "repository", samples.about(repository(full_name, at, github_id), "edited")


def gone(full_name: str, github_id: int = 700, at: int = 0) -> Told:
    return "repository", samples.about(repository(full_name, at, github_id), "deleted")


def take(world: World, *entries: ListingEntry) -> ImportResult:
    with world.database.write() as session:
        return import_listing(session, entries, world.now)


def in_any_order(world: World, *told: Told) -> tuple[str, int | None]:
    """What the plugin follows in the end, which is always the same."""
    ends = []
    for order in permutations(told):
        batches = [[delivery(event, body)] for event, body in order]
        _, found, _ = end_state(world, LISTED, batches)
        ends.append(found["solved"])
    assert set(ends) == {ends[0]}
    return ends[0]


def test_it_is_bound_by_its_name_in_any_case(world: World) -> None:
    deliver(world, seen("Example/SOLVED"))
    assert bindings(world.database) == {"solved": ("Example/SOLVED", 700)}


def test_it_goes_where_its_repository_goes(world: World) -> None:
    to_other = ("repository", samples.transferred(repository("other/answers", 2), "example"))
    deliver(
        world,
        seen("example/solved"),
        ("repository", renamed(repository("example/answers", 1), "solved")),
        to_other,
    )
    assert bindings(world.database) == {"solved": ("other/answers", 700)}


def test_it_is_found_by_a_name_that_its_repository_had(world: World) -> None:
    deliver(world, ("repository", renamed(repository("example/answers"), "solved")))
    assert bindings(world.database) == {"solved": ("example/answers", 700)}


def test_who_takes_the_old_name_does_not_take_the_plugin(world: World) -> None:
    moved = ("repository", renamed(repository("example/answers", 1), "solved"))
    newcomer = seen("example/solved", 800, 2)
    assert in_any_order(world, seen("example/solved"), moved, newcomer) == ("example/answers", 700)
    assert in_any_order(world, moved, newcomer, gone("example/answers", at=3)) == (
        "example/answers",
        700,
    )


def test_what_was_deleted_and_made_anew_is_followed_again(world: World) -> None:
    made_anew = seen("example/solved", 800, 2)
    assert in_any_order(world, seen("example/solved"), gone("example/solved", at=1), made_anew) == (
        "example/solved",
        800,
    )


def test_what_came_back_to_its_name_and_was_deleted_there(world: World) -> None:
    deliver(
        world,
        seen("example/solved"),
        ("repository", renamed(repository("example/answers", 1), "solved")),
    )
    back = ("repository", renamed(repository("example/solved", 2), "answers"))
    told = (back, gone("example/solved", at=3), seen("example/solved", 800, 4))
    world.record(*(delivery(event, body) for event, body in told))
    assert bindings(world.database) == {"solved": ("example/solved", 800)}


def test_what_was_deleted_is_still_the_plugins(world: World) -> None:
    deliver(world, seen("example/solved"), gone("example/solved", at=1))
    assert bindings(world.database) == {"solved": ("example/solved", 700)}


def test_a_name_that_another_plugin_has_is_left_to_it(database: Database, now: datetime) -> None:
    world = make_world(database, now, "solved", "voting")
    deliver(
        world,
        seen("example/solved"),
        ("repository", renamed(repository("example/voting", 1), "solved")),
    )
    assert bindings(database) == {
        "solved": ("example/solved", 700),
        "voting": ("example/voting", 700),
    }


def test_names_that_are_given_up_and_taken_at_once(database: Database, now: datetime) -> None:
    world = make_world(database, now, "solved", "voting")
    deliver(world, seen("example/solved", 702), seen("example/voting", 701))
    world.record(
        delivery("repository", renamed(repository("example/voting", 1, 702), "solved")),
        delivery("repository", renamed(repository("example/ballots", 1, 701), "voting")),
    )
    assert bindings(database) == {
        "solved": ("example/voting", 702),
        "voting": ("example/ballots", 701),
    }
    deliver(world, seen("example/voting", 702, 2), seen("example/ballots", 701, 2))
    assert bindings(database) == {
        "solved": ("example/voting", 702),
        "voting": ("example/ballots", 701),
    }


@pytest.mark.parametrize("former", ["example/solved", "EXAMPLE/Solved"])
def test_a_list_that_has_a_former_name_finds_the_plugin(world: World, former: str) -> None:
    deliver(
        world,
        seen("example/solved"),
        ("repository", renamed(repository("example/answers", 1), "solved")),
    )
    header = parse_header(f"# name: solved\n# version: 2\n# url: https://github.com/{former}")
    result = take(world, ListingEntry(former, header))
    assert (result.added, result.updated, result.refused) == ([], ["solved"], [])
    assert bindings(world.database) == {"solved": ("example/answers", 700)}


def test_a_list_that_has_who_took_the_name_adds_a_plugin(world: World) -> None:
    deliver(
        world,
        seen("example/solved"),
        ("repository", renamed(repository("example/answers", 1), "solved")),
    )
    deliver(world, seen("example/solved", 800, 2))
    assert take(world, ListingEntry("example/solved", parse_header("# name: newcomer"))).added == [
        "newcomer"
    ]
    assert bindings(world.database) == {
        "solved": ("example/answers", 700),
        "newcomer": ("example/solved", 800),
    }


def test_a_list_does_not_undo_githubs_spelling(world: World) -> None:
    deliver(world, seen("Example/Solved"))
    assert take(world, ListingEntry("example/solved")).unchanged == ["solved"]
    assert bindings(world.database) == {"solved": ("Example/Solved", 700)}


def test_importing_asks_the_database_little(world: World) -> None:
    deliver(world, *(seen(f"example/p{number}", number + 1) for number in range(30)))
    take(world, *(ListingEntry(f"example/p{number}") for number in range(30)))
    assert bound(world.database) == list(range(1, 31))


def bound(database: Database) -> Sequence[int | None]:
    """The ids of the repositories that are followed."""
    with database.read() as session:
        ids = session.exec(select(Plugin.repository_id)).all()
    return sorted(id_ for id_ in ids if id_)
