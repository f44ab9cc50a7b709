"""The causes of incidents, while many are open."""

from datetime import datetime

import pytest

from models.database.engine import Database
from models.recording.verdicts import causes
from tests.world import BAD, GOOD, World, make_world, saw

PLUGINS = [f"plugin-{letter}" for letter in "abcdefgh"]


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    world = make_world(database, now, *PLUGINS)
    world.report(*(saw(name, f"{name}-1", GOOD) for name in PLUGINS), host="h1")
    return world


def breaks(world: World, number: int) -> None:
    """The words are the same but for a number."""
    name = PLUGINS[number]
    words = f"RuntimeError: lost {number} of the posts"
    world.report(saw(name, f"{name}-1", BAD, words), host="h2")


def test_of_all_that_fail_in_the_same_words_one_is_read(world: World) -> None:
    """A key may open thousands of them, and whoever reports next would wait until all are read."""
    for number in range(len(PLUGINS) - 1):
        breaks(world, number)
    causes._words.cache_clear()
    breaks(world, len(PLUGINS) - 1)
    assert causes._words.cache_info().misses == 1
    assert {row.cause for row in world.incidents()} == {"host/tests-passed/h2"}
