"""The shared words, and how text from outside is cut."""

import pytest

from models.messages.words import clip, count, either, error, error_line, joined, ordinal, signed
from models.rules.status import Verdict


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (13, "13th"),
        (22, "22nd"),
        (112, "112th"),
    ],
)
def test_ordinals(number: int, words: str) -> None:
    assert ordinal(number) == words


def test_counts_and_lists() -> None:
    assert [count(1, "site"), count(0, "site"), count(1200, "site")] == [
        "1 site",
        "0 sites",
        "1,200 sites",
    ]
    assert [joined(()), joined(("a",)), joined(("a", "b", "c"))] == ["", "a", "a, b and c"]
    assert either(("a", "b")) == "a or b"


def test_every_verdict_has_a_sign_and_a_word() -> None:
    assert signed(Verdict.TESTS_FAILING) == "! tests failing"
    assert all(len(signed(verdict).split(" ", 1)) == 2 for verdict in Verdict)


def test_text_is_cut_to_one_line_with_an_ellipsis() -> None:
    assert clip(" a\n\n b\t c ") == "a b c"
    assert clip("x" * 100, 10) == "x" * 9 + "…"


def test_an_error_is_its_first_lines_as_they_are_indented() -> None:
    assert error("\n\none\n  two  \n\nthree\nfour") == "one\n  two\nthree"
    assert error_line("\n  one\ntwo") == "one"
    assert error(None) == error_line(" \n ") == ""
    assert len(error("x" * 100_000)) == 240
