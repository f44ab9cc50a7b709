"""Hostile bodies: each a clean 4xx in the caller's own error shape, and nothing stored."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from models.rules.clean import clean_json
from models.tables import Report
from tests.webhooks.conftest import Door, line, report
from webhooks.bodies.strict_json import MAX_CONTAINERS, MAX_DEPTH, parse_json
from webhooks.guard.endpoints import MAX_REPORT
from webhooks.refusal import Refusal

GOOD = json.dumps(report(line("solved")))
HOSTILE = {
    "empty": (b"", 400),
    "not JSON": (b"{plugins:", 400),
    "not UTF-8": (b'{"plugins": "\xff"}', 400),
    "a BOM": (b"\xef\xbb\xbf" + GOOD.encode(), 400),
    "NaN": (GOOD.replace('"status": 1', '"status": NaN').encode(), 400),
    "infinity": (GOOD.replace('"status": 1', '"status": -Infinity').encode(), 400),
    "a float out of range": (GOOD.replace('"status": 1', '"status": 1e999').encode(), 200),
    "a huge number": (GOOD.replace('"status": 1', '"status": ' + "9" * 5_000).encode(), 200),
    "a key twice": (GOOD.replace('"status": 1', '"status": 1, "status": 2').encode(), 400),
    "nested too deep": (b'{"plugins": ' + b"[" * 40 + b"]" * 40 + b"}", 400),
    "nested deeper than the stack": (b"[" * 200_000, 400),
    "too many lists": (b'{"plugins": [' + b"[]," * MAX_CONTAINERS + b"[]]}", 400),
    "too many objects": (b'{"plugins": [' + b"{}," * MAX_CONTAINERS + b"{}]}", 400),
    "many keys and the last of them twice": (
        b"{" + b",".join(b'"%d":1' % min(n, 199_999) for n in range(200_001)) + b"}",
        400,
    ),
    "a text that never ends": (b'{"plugins": "' + b'[{\\"' * 200_000, 400),
    "too large": (b" " * (MAX_REPORT + 1), 413),
}


def test_a_hostile_body_is_refused(door: Door, subtests: pytest.Subtests) -> None:
    for name, (body, status) in HOSTILE.items():
        with subtests.test(name):
            headers = {"Api-Key": door.site_key, "Content-Type": "application/json"}
            answer = door.http.post("/plugin-manager/status", content=body, headers=headers)
            assert (answer.status_code, answer.json()["failed"]) == (status, "FAILED")
            with door.world.database.read() as session:
                assert session.exec(select(Report)).all() == []


def test_a_body_in_chunks_is_limited_too(door: Door) -> None:
    headers = {"Api-Key": door.site_key, "Content-Type": "application/json"}
    chunks = (b" " * 65_536 for _ in range(MAX_REPORT // 65_536 + 1))
    answer = door.http.post("/plugin-manager/status", content=chunks, headers=headers)
    assert answer.status_code == 413
    fine = (part for part in (GOOD[:10].encode(), GOOD[10:].encode()))
    assert (
        door.http.post("/plugin-manager/status", content=fine, headers=headers).json()["success"]
        == "OK"
    )


@pytest.mark.parametrize("content_type", ["text/plain", "multipart/form-data", ""])
def test_another_content_type_is_refused(door: Door, content_type: str) -> None:
    headers = {"Api-Key": door.site_key, "Content-Type": content_type}
    answer = door.http.post("/plugin-manager/status", content=GOOD, headers=headers)
    assert (answer.status_code, answer.json()["failed"]) == (415, "FAILED")


def test_the_limits_come_before_the_key(door: Door) -> None:
    headers = {"Api-Key": "wrong", "Content-Type": "application/json"}
    answer = door.http.post(
        "/plugin-manager/status", content=b" " * (MAX_REPORT + 1), headers=headers
    )
    assert answer.status_code == 413


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=20,
)


@given(_JSON)
def test_what_is_within_the_limits_is_read_as_it_was_written(value: object) -> None:
    body = json.dumps(value).encode()
    assert parse_json(body) == clean_json(json.loads(body))


@given(st.binary(max_size=400))
def test_whatever_the_bytes_are_they_are_read_or_refused(body: bytes) -> None:
    with contextlib.suppress(Refusal):
        parse_json(body)


@given(st.integers(1, 80))
def test_depth_is_counted_exactly(depth: int) -> None:
    body = b"[" * depth + b"]" * depth
    if depth - 1 > MAX_DEPTH:
        with pytest.raises(Refusal):
            parse_json(body)
    else:
        parse_json(body)


@given(st.text('[]{}\\"\u20ac', max_size=200))
def test_brackets_within_texts_are_no_depth(text: str) -> None:
    value = [[text] * MAX_DEPTH]
    assert parse_json(json.dumps(value, ensure_ascii=False).encode()) == value


def test_as_many_lists_as_may_be_are_read() -> None:
    value = [[]] * (MAX_CONTAINERS - 1)
    assert parse_json(json.dumps(value).encode()) == value
