"""Hidden characters are shown."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.inert import inert


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("two\n\tlines — naïve 漢字 ❤\ufe0f", "two\n\tlines — naïve 漢字 ❤\ufe0f"),
        ("\x1b[31mred", "␛[31mred"),
        ("nul\x00", "nul␀"),
        ("del\x7f", "del␡"),
        ("one\r\ntwo\rthree", "one\ntwo␍three"),
        ("over\r\r\nprinted", "over␍\nprinted"),
        ("\u202egnp.exe", "<U+202E>gnp.exe"),
        ("zero\u200bwidth\ufeff", "zero<U+200B>width<U+FEFF>"),
        ("next\x85line\u2028", "next<U+0085>line<U+2028>"),
        ("half\udc00", "half<U+DC00>"),
        ("tag\U000e0041", "tag<U+E0041>"),
    ],
)
def test_what_is_shown(text: str, expected: str) -> None:
    assert inert(text) == expected


def test_every_hidden_character_of_this_unicode_is_shown() -> None:
    hidden = [
        chr(code)
        for code in range(0x110000)
        if unicodedata.category(chr(code)) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    ]
    assert [letter for letter in hidden if inert(letter) == letter] == ["\t", "\n"]


@given(st.text() | st.text("\r\n\x1b\u202e ab"))
def test_showing_twice_changes_nothing(text: str) -> None:
    shown = inert(text)
    assert inert(shown) == shown
    shown.encode()  # no half of a surrogate pair is left to stop it
