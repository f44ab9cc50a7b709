"""Versions within ranges, in the order of RubyGems, of Python and of Maven."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.metadata.ranges import check_range, is_within
from models.rules.ecosystems import Ecosystem

DISCOURSE, PYTHON, JENKINS = Ecosystem.DISCOURSE, Ecosystem.PYTHON, Ecosystem.JENKINS


@pytest.mark.parametrize(
    ("version", "range_", "ecosystem", "within"),
    [
        ("3.5.0.beta3-dev", ">=3.5", DISCOURSE, False),
        ("3.5.0", ">=3.5", DISCOURSE, True),
        ("2026.2.0-latest", "<2026.2.0", DISCOURSE, True),
        ("v1.10", ">1.9", DISCOURSE, True),
        ("1.2-1", "<1.2", DISCOURSE, True),
        ("1.2-1", "<1.2", PYTHON, False),
        ("1.0rc1", "<1.0", PYTHON, True),
        ("1.0", "=1", PYTHON, True),
        ("1.5", ">=1, !=1.5", DISCOURSE, False),
        ("1319.v7eb_51b_3a_c97b_", "<1320.v0", JENKINS, True),
        ("1.0-beta-1", "<1.0", JENKINS, True),
        ("2.426.3", ">=2.440", JENKINS, False),
        ("anything", "", DISCOURSE, True),
    ],
)
def test_within(version: str, range_: str, ecosystem: Ecosystem, within: bool) -> None:
    assert is_within(version, range_, ecosystem) is within


@pytest.mark.parametrize("version", ["main", "", "a1b2c3d", "1..2"])
def test_what_is_no_version_is_within_nothing(version: str) -> None:
    with pytest.raises(ValueError, match="is not a version"):
        is_within(version, ">=1", DISCOURSE)


def test_a_range_may_be_of_another_ecosystem() -> None:
    check_range("<1.2.latest", DISCOURSE)
    with pytest.raises(ValueError, match="as Python's packages have them"):
        check_range("<1.2.latest", PYTHON)


_NUMBERS = st.lists(st.integers(0, 30), min_size=1, max_size=4).map(
    lambda numbers: ".".join(map(str, numbers))
)


@given(_NUMBERS, _NUMBERS, st.sampled_from([DISCOURSE, PYTHON, JENKINS]))
def test_relations_and_their_opposites(version: str, other: str, ecosystem: Ecosystem) -> None:
    def within(relation: str) -> bool:
        return is_within(version, f"{relation}{other}", ecosystem)

    assert within("<") is not within(">=")
    assert within(">") is not within("<=")
    assert within("=") is not within("!=")
    assert within("=") is (within(">=") and within("<="))
