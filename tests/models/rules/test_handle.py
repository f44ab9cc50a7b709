"""Handles: the same plugin has the same key everywhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.handle import handle


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Badge Cabinet", "badge-cabinet"),
        ("badge_cabinet", "badge-cabinet"),
        ("  Badge\u00a0Cabinet\n", "badge-cabinet"),
        ("badge__cabinet", "badge--cabinet"),
        ("Ｂａｄｇｅ２.０", "badge2.0"),
        ("徽章 柜", "徽章-柜"),
        ("バッジ", "バッジ"),
        ("हिन्दी", "हिन्दी"),
        ("Cafe\u0301", "café"),
        ("tidy!/<name>?", "tidyname"),
        ("tag\u200bged\u202e", "tagged"),
        ("half\ud800", "half"),
        ("heart❤\ufe0f", "heart"),
        ("\u0301plain", "plain"),
        ("e!\u0301", "é"),
    ],
)
def test_spellings(name: str, expected: str) -> None:
    assert handle(name) == expected


@pytest.mark.parametrize(
    "name", ["", "   ", "-", "..", "!?", "\u0301", "\u3164", "\u200b\u200d", "❤\ufe0f"]
)
def test_a_name_without_letters_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"no letter or digit.*1 to 75 characters"):
        handle(name)


@pytest.mark.parametrize("name", ["a" * 76, "\ufdfa" * 10, "a" + "\u0301\u0323" * 500_000])
def test_a_name_that_is_too_long_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"too long.*1 to 75 characters"):
        handle(name)


def test_the_longest_name_is_taken() -> None:
    assert handle(" " * 1000 + "a" * 75) == "a" * 75


@given(st.text(max_size=90) | st.text("İΣßﬁ \u0301\u0323!_-\u00a8ΑaŔ", max_size=20))
def test_the_handle_of_a_handle_is_itself(name: str) -> None:
    try:
        found = handle(name)
    except ValueError:
        return
    assert handle(found) == found == found.lower()
    assert 1 <= len(found) <= 75
    assert not any(letter.isspace() or letter in "/_\\?#" for letter in found)
