"""Repositories that are renamed, deleted, made anew and taken over, as GitHub delivers it in whatever order."""

import uuid
from collections.abc import Sequence
from itertools import permutations

import pytest
from sqlmodel import select

from models.metadata.listing import ListingEntry
from models.recording.github.master_list import import_listing
from models.tables import Plugin
from tests.webhooks.conftest import ON_ONE, Door
from tests.webhooks.github_samples import Body, about, raw, renamed, repository, signed, transferred

SECRET = "It's a Secret to Everybody"


@pytest.fixture
def github_secrets() -> Sequence[bytes]:
    return (SECRET.encode(),)


def deliver(door: Door, *bodies: Body) -> None:
    for body in bodies:
        content = raw(body)
        headers = {
            "Content-Type": "application/json",
            "X-Hub-Signature-256": signed(content, SECRET),
            "X-GitHub-Event": "repository",
            "X-GitHub-Delivery": str(uuid.uuid4()),
        }
        assert door.http.post("/github/webhooks", content=content, headers=headers).is_success


def bound(door: Door) -> dict[str, tuple[str, int | None]]:
    """Where each plugin lives, and the id that it is bound to."""
    with door.world.database.read() as session:
        rows = select(Plugin.handle, Plugin.repository, Plugin.repository_id)
        return {handle: (name, id_) for handle, name, id_ in session.exec(rows)}


def seen(name: str, id_: int, at: int = 0) -> Body:
    return about(repository(name, at, id_), "edited")


@ON_ONE
@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_two_renames_in_either_order_bind_each_plugin_to_its_own(
    door: Door, order: tuple[int, ...]
) -> None:
    deliver(door, seen("example/solved", 702), seen("example/voting", 701))
    renames = (
        renamed(repository("example/ballots", 1, 701), "voting"),
        renamed(repository("example/voting", 2, 702), "solved"),
    )
    deliver(door, *(renames[place] for place in order))
    found = bound(door)
    assert found["solved"] == ("example/voting", 702)
    assert found["voting"] == ("example/ballots", 701)


@ON_ONE
@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_who_takes_over_a_name_that_was_given_up_takes_no_plugin(
    door: Door, order: tuple[int, ...]
) -> None:
    told = (
        seen("example/solved", 702),
        renamed(repository("example/answers", 1, 702), "solved"),
        seen("example/solved", 800, 2),
    )
    deliver(door, *(told[place] for place in order))
    assert bound(door)["solved"] == ("example/answers", 702)


@ON_ONE
@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_what_was_deleted_and_made_anew_is_the_plugins_new_home(
    door: Door, order: tuple[int, ...]
) -> None:
    deliver(door, seen("example/solved", 702))
    told = (
        about(repository("example/solved", 1, 702), "deleted"),
        seen("example/solved", 800, 2),
    )
    deliver(door, *(told[place] for place in order))
    assert bound(door)["solved"] == ("example/solved", 800)


@ON_ONE
@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("taken_at", [1, 5])
def test_an_older_repository_takes_over_the_name_and_no_plugin(
    door: Door, order: tuple[int, ...], taken_at: int
) -> None:
    told = (
        seen("example/solved", 702),
        renamed(repository("example/answers", 1, 702), "solved"),
        renamed(repository("example/solved", taken_at, 5), "spare"),
    )
    deliver(door, *(told[place] for place in order))
    assert bound(door)["solved"] == ("example/answers", 702)


@ON_ONE
def test_an_older_repository_takes_the_name_while_nobody_said_that_it_is_free(door: Door) -> None:
    deliver(door, seen("example/solved", 702), seen("example/solved", 5, 5))
    assert bound(door)["solved"] == ("example/solved", 702)
    # Heard of later, and of somebody else's account.
    deliver(door, transferred(repository("other/solved", 1, 702), "example"))
    assert bound(door)["solved"] == ("other/solved", 702)


@ON_ONE
def test_a_plugin_that_was_listed_later_follows_who_had_the_name_then(door: Door) -> None:
    deliver(
        door,
        seen("example/poll", 702),
        renamed(repository("example/old-poll", 1, 702), "poll"),
        seen("example/poll", 800, 2),
    )
    with door.world.database.write() as session:
        import_listing(session, [ListingEntry("example/poll")], door.world.now)
    assert bound(door)["poll"] == ("example/poll", 800)
    deliver(door, seen("example/old-poll", 702, 3))
    assert bound(door)["poll"] == ("example/poll", 800)


@ON_ONE
def test_an_outdated_list_names_what_has_another_name_now(door: Door) -> None:
    deliver(door, renamed(repository("example/old-poll", 1, 702), "poll"))
    with door.world.database.write() as session:
        import_listing(session, [ListingEntry("example/poll")], door.world.now)
    assert bound(door)["poll"] == ("example/old-poll", 702)


@ON_ONE
def test_a_name_goes_round_in_a_circle_and_each_plugin_with_its_own(door: Door) -> None:
    deliver(
        door,
        seen("example/solved", 701),
        seen("example/voting", 702),
        seen("example/chat-extra", 703),
        renamed(repository("example/spare", 1, 701), "solved"),
        renamed(repository("example/solved", 2, 703), "chat-extra"),
        renamed(repository("example/chat-extra", 3, 702), "voting"),
        renamed(repository("example/voting", 4, 701), "spare"),
    )
    assert bound(door) == {
        "solved": ("example/voting", 701),
        "voting": ("example/chat-extra", 702),
        "chat-extra": ("example/solved", 703),
    }
