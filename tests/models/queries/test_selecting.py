"""Which incidents somebody means by the words that they typed, however odd these are."""

from datetime import datetime

import pytest

from models.database.engine import Database
from models.queries.selecting import MOST_SELECTED, selected
from models.rules.care import incident_number
from models.rules.privacy import Clearance
from tests.world import BAD, World, make_world, saw

ALL = Clearance(inside=True, every_plugin=True)
LONG = "9" * 5_000


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    return make_world(database, now, *(f"p{each}" for each in range(MOST_SELECTED + 1)))


def numbers(world: World, words: str) -> list[int]:
    with world.database.read() as session:
        return [each.number for each in selected(session, words, allowed=ALL)]


def test_by_number_and_by_plugin(world: World) -> None:
    world.report(saw("p0", "s1", BAD, "one"), host="h1")
    world.report(saw("p1", "s1", BAD, "another"), host="h2")
    assert numbers(world, "1 2") == numbers(world, "#2 1 1") == [1, 2]
    assert numbers(world, "p1") == [2]


MEANINGLESS = [
    ("1 99", "There is no incident 99"),
    ("1 +2", "“+2” is no incident's number"),
    ("1 nobody", "“nobody” is no incident's number"),
    ("1 ²", "“²” is no incident's number"),
    ("²", "No incident of ² is open"),
    ("outbreak +3", "No incident of outbreak +3 is open"),
    ("outbreak 3", "No incident of outbreak 3 is open"),
    ("outbreak ", "No incident of outbreak "),
    ("999999999", "There is no incident 999999999"),
    ("1 9999999999", "“9999999999” is no incident's number"),
    ("9" * 25, "No incident of 999"),
    (LONG, "No incident of 999"),
    (f"outbreak {LONG}", "No incident of outbreak 999"),
    (" ".join(map(str, range(1, 5_000))), "More than 20 incidents"),
]


def test_words_that_mean_nothing(world: World, subtests: pytest.Subtests) -> None:
    world.report(saw("p0", "s1", BAD))
    for words, why in MEANINGLESS:
        with subtests.test(why):
            with pytest.raises(ValueError, match="incident") as refused:
                numbers(world, words)
            assert str(refused.value).startswith(why)
            assert len(str(refused.value)) < 500


def test_too_many(world: World) -> None:
    every = range(MOST_SELECTED + 1)
    world.report(*(saw(f"p{each}", "s1", BAD, f"error number {each}") for each in every))
    assert numbers(world, " ".join(map(str, every[1:]))) == list(every[1:])
    with pytest.raises(ValueError, match="More than 20"):
        numbers(world, " ".join(map(str, range(1, MOST_SELECTED + 2))))


@pytest.mark.parametrize("words", ["", "#", "+1", "-1", "²", "١", "1 2", "1" * 10, "0x1"])
def test_what_is_no_number(words: str) -> None:
    assert incident_number(words) is None
