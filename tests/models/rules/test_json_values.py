"""The count of a JSON text's values is no smaller than they are, and not much greater."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from models.rules.json_values import count_values

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=20,
)


def held(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + sum(map(held, value.values()))
    if isinstance(value, list):
        return 1 + sum(map(held, value))
    return 1


@given(VALUES)
def test_it_counts_no_fewer_than_there_are(value: Any) -> None:
    text = json.dumps(value)
    assert held(value) <= count_values(text) == count_values(text.encode())


def test_it_counts_what_there_is() -> None:
    assert count_values("[[],[],[]]") == 7
    assert count_values('{"a":1,"b":2}') == 5
    assert count_values("0") == 1
