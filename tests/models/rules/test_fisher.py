"""Fisher's exact test."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.fisher import chance

_SOME = st.integers(0, 40)


def test_the_lady_tasting_tea() -> None:
    """Fisher's own example: eight cups, four with milk first, of which she names all, or three."""
    assert chance(4, 0, 0, 4) == pytest.approx(1 / 70)
    assert chance(3, 1, 1, 3) == pytest.approx(17 / 70)


def test_what_fails_everywhere_or_nowhere_tells_nothing() -> None:
    assert chance(9, 0, 40, 0) == 1
    assert chance(0, 9, 0, 40) == 1
    assert chance(0, 0, 5, 5) == 1


def test_it_holds_for_many_sites() -> None:
    assert chance(400, 0, 0, 600) < 1e-200
    assert 0.4 < chance(50, 450, 50, 450) < 0.6


@given(*(st.integers(0, 4),) * 4)
def test_it_is_what_counting_all_ways_gives(a: int, b: int, c: int, d: int) -> None:
    places = range(a + b + c + d)
    ways = list(combinations(places, a + c))
    as_telling = [way for way in ways if sum(place < a + b for place in way) >= a]
    assert chance(a, b, c, d) == pytest.approx(len(as_telling) / len(ways))


@given(_SOME, _SOME, _SOME, _SOME)
def test_it_is_a_chance_and_the_same_both_ways_about(a: int, b: int, c: int, d: int) -> None:
    assert 0 < chance(a, b, c, d) <= 1
    assert chance(a, b, c, d) == pytest.approx(chance(a, c, b, d))
    assert chance(a + 1, b, c, d + 1) <= chance(a, b, c, d) + 1e-12
