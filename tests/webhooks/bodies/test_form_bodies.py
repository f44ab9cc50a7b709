"""Forms in place of JSON: read as Rack reads them, within the limits of any body, and taken at every Guard's door."""

from contextlib import suppress
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from models.rules.kinds import KeyKind
from models.tables import Installation, Report, Statistic
from tests.webhooks.conftest import Door, line, report
from tests.webhooks.rack import FORM, nested
from webhooks.bodies.forms import MAX_FIELDS, parse_form
from webhooks.bodies.strict_json import MAX_CONTAINERS, MAX_DEPTH
from webhooks.refusal import Refusal

# What Rack makes of each.
READ = [
    ("a=1", {"a": "1"}),
    ("a=1&a=2", {"a": "2"}),
    ("a", {"a": ""}),
    ("a=", {"a": ""}),
    ("a=b+c%26%3D%C3%BC", {"a": "b c&=ü"}),
    ("a[b]=1&a[c]=2", {"a": {"b": "1", "c": "2"}}),
    ("a%5Bb%5D=1", {"a": {"b": "1"}}),
    ("a[]=1&a[]=2", {"a": ["1", "2"]}),
    ("a[][b]=1&a[][c]=2", {"a": [{"b": "1", "c": "2"}]}),
    ("a[][b]=1&a[][b]=2", {"a": [{"b": "1"}, {"b": "2"}]}),
    ("a[][b]=1&a[][c]=2&a[][b]=3", {"a": [{"b": "1", "c": "2"}, {"b": "3"}]}),
    ("a[][b][c]=1&a[][b][d]=2", {"a": [{"b": {"c": "1", "d": "2"}}]}),
    ("a[][b][c]=1&a[][b][c]=2", {"a": [{"b": {"c": "1"}}, {"b": {"c": "2"}}]}),
    ("a[][b][]=1&a[][b][]=2", {"a": [{"b": ["1", "2"]}]}),
    ("a[][n]=1&a[][b][]=2&a[][n]=3", {"a": [{"n": "1", "b": ["2"]}, {"n": "3"}]}),
    ("a[0][b]=1&a[1][b]=2", {"a": [{"b": "1"}, {"b": "2"}]}),
    ("a[10]=x&a[9]=y", {"a": ["y", "x"]}),
    ("a[b][0]=1", {"a": {"b": {"0": "1"}}}),
    ("a]=1&b[=2&c[d=3", {"a]": "1", "b[": "2", "c[d": "3"}),
    ("a=%FF&b=%00&c=%ED%A0%80", {"a": "\ufffd", "b": "\ufffd", "c": "\ufffd" * 3}),
    ("", {}),
]
REFUSED = [
    ("a=1&a[b]=2", "two things"),
    ("a[b]=1&a[]=2", "two things"),
    ("a[]=1&a[b]=2", "two things"),
    ("a[][]=1", "write a list as"),
    ("a" + "[b]" * (MAX_DEPTH + 1) + "=1", "levels deep"),
    ("&".join(["a[][b]=1"] * (MAX_CONTAINERS + 1)), "lists and objects"),
    ("a=&" * (MAX_FIELDS + 1), "fields"),
]


@pytest.mark.parametrize(("form", "read"), READ)
def test_a_form_is_read_as_rack_reads_it(form: str, read: dict[str, Any]) -> None:
    assert parse_form(form) == read


@pytest.mark.parametrize(("form", "reason"), REFUSED)
def test_a_form_that_makes_no_sense_is_told_why(form: str, reason: str) -> None:
    with pytest.raises(Refusal, match=reason) as refused:
        parse_form(form)
    assert refused.value.status == 400


KEYS = st.text("abc_-é ", min_size=1, max_size=4)
WORDS = st.text("ab [](){}&=%+é日\n", max_size=9)
# A row of a list is told from the next one by its first key, which each has.
ROWS = st.dictionaries(KEYS, WORDS | st.lists(WORDS, min_size=1))
BODIES = st.fixed_dictionaries(
    {
        "domain": WORDS,
        "plugins": st.lists(ROWS.map(lambda row: {"name": "x", **row}), min_size=1, max_size=4),
        "discourse": st.dictionaries(KEYS, WORDS, min_size=1),
    }
)


@given(BODIES, st.booleans())
def test_what_ruby_nests_is_what_it_was(body: dict[str, Any], numbered: bool) -> None:
    assert parse_form(nested(body, numbered=numbered)) == body


@given(st.text("a[]=&1%", max_size=40))
def test_no_form_is_a_failure_of_ours(form: str) -> None:
    with suppress(Refusal):
        assert isinstance(parse_form(form), dict)


def send(door: Door, path: str, form: str, **headers: str) -> httpx.Response:
    """Post a form as Faraday does."""
    sent = {"Content-Type": f"{FORM}; charset=utf-8", **headers}
    return door.http.post(f"/plugin-manager{path}", content=form, headers=sent)


@pytest.mark.parametrize("numbered", [False, True])
@pytest.mark.parametrize("path", ["/status", "/status.json"])
def test_a_report_as_a_form(door: Door, path: str, numbered: bool) -> None:
    failing = line("voting", 2, message="boom & bust", backtrace=["a.rb:1", "b.rb:2"])
    failing_text = {**failing, "backtrace": "a.rb:1\nb.rb:2"}
    body = report(line("solved"), failing_text if numbered else failing, line("nobody"))
    answer = send(door, path, nested(body, numbered=numbered), **{"Api-Key": door.site_key})
    assert (answer.status_code, answer.json()["success"]) == (200, "OK")
    assert answer.json()["updated"] == ["solved", "voting"]
    assert [error["plugin"] for error in answer.json()["errors"]] == ["nobody"]
    with door.world.database.read() as session:
        said = {row.verdict: row for row in session.exec(select(Report))}
    assert set(said) == {"compatible", "incompatible"}
    assert said["incompatible"].message == "boom & bust"
    assert said["incompatible"].backtrace == "a.rb:1\nb.rb:2"


def test_a_status_that_is_none_in_a_form(door: Door, subtests: pytest.Subtests) -> None:
    for status in ("3", "x", "", "22", "-1", "1.0", "²"):
        with subtests.test(status):
            body = report({**line("solved"), "status": status}, line("voting"))
            answer = send(door, "/status", nested(body), **{"Api-Key": door.site_key}).json()
            assert answer["updated"] == ["voting"]
            assert "status must be" in answer["errors"][0]["errors"][0]


def test_a_registration_as_a_form(door: Door) -> None:
    key = door.make_key(KeyKind.USER, "a site", "forum.example.com")
    form = nested({"plugins": ["solved", "Chat_Extra"], "domain": "forum.example.com"})
    answer = send(door, "/user/register", form, **{"User-Api-Key": key}).json()
    assert (answer["success"], answer["plugins"]) == ("OK", ["solved", "Chat_Extra"])
    assert answer["domain"] == "forum.example.com"
    with door.world.database.read() as session:
        assert len(session.exec(select(Installation)).all()) == 2


def test_statistics_as_a_form(door: Door) -> None:
    used = {"name": "solved", "branch": "main", "sha": "a1", "url": "https://x.example"}
    host = {"host": "forum.example.com", "branch": "stable", "sha": "h1"}
    body = {"discourse": host, "plugins": [{**used, "data": {"users": 7}}, {"name": "voting"}]}
    answer = send(door, "/statistics.json", nested(body))
    assert answer.json() == {"success": "OK"}
    with door.world.database.read() as session:
        (row,) = session.exec(select(Statistic)).all()
    assert (row.host, row.plugin_branch, row.data) == ("forum.example.com", "main", {"users": "7"})


def test_a_large_form_is_read_beside_the_web_process(door: Door) -> None:
    lines = [line("solved", sha=f"{n:08x}", message="x" * 50) for n in range(900)]
    answer = send(door, "/status", nested(report(*lines)), **{"Api-Key": door.site_key})
    assert len(answer.json()["updated"]) == 900


def test_other_media_types_are_told_both(door: Door) -> None:
    sent = {"Content-Type": "multipart/form-data; boundary=x", "Api-Key": door.site_key}
    answer = door.http.post("/plugin-manager/status", content=b"--x--", headers=sent)
    assert answer.status_code == 415
    assert f"application/json or {FORM}" in answer.json()["errors"][0]
