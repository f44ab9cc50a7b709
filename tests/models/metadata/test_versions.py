"""RubyGems' order of versions."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.metadata.versions import host_version, satisfies_required

ASCENDING = [
    "0",
    "2.9.0.beta9",
    "2.9.0.beta10",
    "3.2.0.alpha1",
    "3.2.0.beta1-dev",
    "3.2.0.beta1",
    "3.2.0.beta2-dev",
    "3.2.0",
    "3.2.0.1",
    "3.2.1",
    "3.10",
    "2026.2.0-latest",
    "2026.2.0",
]


@pytest.mark.parametrize(("older", "newer"), list(pairwise(ASCENDING)))
def test_ascending(older: str, newer: str) -> None:
    assert host_version(older) < host_version(newer)
    assert satisfies_required(older, newer)
    assert not satisfies_required(newer, older)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3.5", "3.5.0"),
        (" 3.5\n", "3.5"),
        ("", "0"),
        ("3.5-dev", "3.5.pre.dev"),
        ("3.0.b.0", "3.b"),
    ],
)
def test_equal(one: str, other: str) -> None:
    assert host_version(one) == host_version(other)
    assert satisfies_required(one, other)
    assert satisfies_required(other, one)


@pytest.mark.parametrize(
    "text",
    [
        "v3.5",
        "3.5.",
        "3..5",
        ">= 3.5",
        "3.5-",
        "latest",
        "3,5",
        "\u00a03.5",
        "٣.٥",
        "3.5\n3.6",
        "9" * 5000,
        "3.é",
    ],
)
def test_malformed(text: str) -> None:
    with pytest.raises(ValueError, match="is not a version; versions look like"):
        host_version(text)


PART = st.lists(st.sampled_from(["0", "1", "10", "beta2", "rc"]), max_size=4)


@given(st.tuples(PART, PART, PART))
def test_it_is_an_order(parts: tuple[list[str], ...]) -> None:
    one, two, three = sorted(host_version(".".join(["3", *part])) for part in parts)
    assert one <= two <= three
    assert one <= three
    assert (one < three) != (one == three)
