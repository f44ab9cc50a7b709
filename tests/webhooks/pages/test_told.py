"""What is kept of an object of anything."""

from typing import Any

import pytest

from webhooks.shapes import Entries

LIMIT = 200
DATA = Entries("data", LIMIT)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"users": 7, "about": [None, True, 1.5]}, None),
        (
            {"note": "ask\nnemo@x.example", "users": 7},
            {"note": "ask\n[redacted e-mail address]", "users": 7},
        ),
        ({"path": "C:\\new@x.example", "n": 1}, {"path": "C:\\[redacted e-mail address]", "n": 1}),
        ({"password": 1234, "n": 1}, {"password": "[redacted secret]", "n": 1}),
        (
            {"password": ["a", {"b": "c"}], "n": 1},
            {"password": ["[redacted secret]", {"b": "c"}], "n": 1},
        ),
        ({"smtp": {"api_key": 'a"b'}, "n": 1}, {"smtp": {"api_key": "[redacted secret]"}, "n": 1}),
        ({"nemo@x.example": 1}, {"[redacted e-mail address]": 1}),
        ({"a": "x" * 100, "b": "y" * 100, "c": 1}, {"a": "x" * 100}),
        ({"a": 1, "b": "\n" * 200}, {"a": 1}),
        ({"a": 1, "b": "u@x.io " * 22}, {"a": 1}),
        (["a"], {}),
    ],
)
def test_its_entries_are_kept_without_their_secrets(sent: Any, kept: Any) -> None:
    assert DATA.read({"data": sent}) == (sent if kept is None else kept)


def test_what_is_nested_deep_keeps_no_secret() -> None:
    deep: Any = {"password": "hunter2"}
    for _ in range(25):
        deep = [deep]
    assert "hunter2" not in str(Entries("data", 1_000).read({"data": {"a": deep}}))
