"""What cannot be stored is replaced, visibly, and nothing else is touched."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.clean import clean, clean_json, needs_cleaning

ANY_TEXT = st.text(
    st.characters(codec=None, exclude_categories=[]) | st.sampled_from("\0\ud800\udfffa")
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=15,
)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("", ""),
        ("plain", "plain"),
        ("a\0b", "a\ufffdb"),
        ("\0\0", "\ufffd\ufffd"),
        ("half \ud83d", "half \ufffd"),
        ("\udc00 half", "\ufffd half"),
        ("\x1b[31m\r\n\t\u202e 😀 日本", "\x1b[31m\r\n\t\u202e 😀 日本"),
    ],
)
def test_only_nul_and_halves_are_replaced(sent: str, kept: str) -> None:
    assert clean(sent) == kept


@given(ANY_TEXT)
def test_whatever_was_cleaned_can_be_stored_and_stays_as_it_is(text: str) -> None:
    cleaned = clean(text)
    assert len(cleaned) == len(text)
    assert "\0" not in cleaned
    assert cleaned.encode().decode() == clean(cleaned) == cleaned


@given(JSON)
def test_json_is_cleaned_to_its_last_text(value: object) -> None:
    written = json.dumps(value)
    parsed = json.loads(written)
    cleaned = clean_json(parsed)
    json.dumps(cleaned, ensure_ascii=False).encode()
    assert "\\u0000" not in json.dumps(cleaned).replace("\\\\", "")
    if not needs_cleaning(written):
        assert cleaned == parsed
