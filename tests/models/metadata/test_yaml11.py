"""Plain scalars as Ruby's Psych reads them; each line was read by Ruby 3.1 and by Psych 5's rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.metadata.yaml11 import NotAllowedError, Value, scalar


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("NULL", None),
        ("yes", True),
        ("Off", False),
        ("y", "y"),
        ("3.10", 3.1),
        ("3.", 3.0),
        (".5", 0.5),
        (".", "."),
        ("1,5.0", 15.0),
        ("1.5e+3", 1500.0),
        ("1.5e3", "1.5e3"),
        ("12345e7", "12345e7"),
        ("1e+5", "1e+5"),
        ("3.5.0", "3.5.0"),
        ("1234567", 1234567),
        ("-5", -5),
        ("+1", 1),
        ("1_000", 1000),
        ("1__0", "1__0"),
        ("010", 8),
        ("089", "089"),
        ("0x1f", 31),
        ("-0x1f", -31),
        ("0b1", 1),
        ("0o17", "0o17"),
    ],
)
def test_what_it_is(text: str, value: Value) -> None:
    found = scalar(text)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("2025-01-01", "a date"),
        ("2025-1-1", "a date"),
        ("2025-01-01 10:00:00", "a date"),
        (":main", "a Ruby symbol"),
    ],
)
def test_what_discourse_gives_up_over(text: str, kind: str) -> None:
    with pytest.raises(NotAllowedError, match=kind):
        scalar(text)


@pytest.mark.parametrize("text", ["12:30", "190:20:30.15", ".inf", "-.Inf", ".nan"])
def test_what_is_some_other_number(text: str) -> None:
    assert isinstance(scalar(text), float)


@given(st.text() | st.text("0123456789.eE_,-+:abx"))
def test_anything_is_something(text: str) -> None:
    try:
        found = scalar(text)
    except NotAllowedError:
        return
    assert not isinstance(found, str) or found == text
