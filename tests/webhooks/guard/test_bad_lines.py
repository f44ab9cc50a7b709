"""One bad line sinks no other: it is told, cleaned or cut, and the rest is taken."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from models.rules.kinds import KeyKind
from models.tables import Report, Site, Statistic
from tests.mutations import ODD, mutated
from tests.webhooks.conftest import Door, line, report
from tests.world import a_plugin
from webhooks.guard.parsing import MAX_MESSAGE

NAMES = [f"plugin-{number}" for number in range(20)]
GOOD = [line(name) for name in NAMES]
ODD_LINES = (
    *ODD,
    {**GOOD[7], "sha": None},
    {**GOOD[7], "branch": "a\ud800"},
    {**GOOD[7], "status": 3},
)
EXAMPLES = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def twenty(door: Door) -> Door:
    """Twenty plugins are in the master list."""
    with door.world.database.write() as session:
        session.add_all(a_plugin(name, door.world.now) for name in NAMES)
    return door


def with_seventh(bad: Any) -> list[Any]:
    """Twenty lines, of which one is another."""
    return [*GOOD[:7], bad, *GOOD[8:]]


def test_a_line_that_makes_no_sense_is_told(twenty: Door) -> None:
    for bad in ODD_LINES:
        answer = twenty.post("/status", report(*with_seventh(bad)))
        said = answer.json()
        assert (answer.status_code, said["success"]) == (200, "OK"), bad
        assert said["updated"] == [*NAMES[:7], *NAMES[8:]]
        assert len(said["errors"]) == 1


@pytest.mark.parametrize("odd", [{"status": True}, {"status": 1.0}, {"name": ""}, {"sha": ["a"]}])
def test_a_line_like_one_that_was_read_before_is_read_as_it_is(
    twenty: Door, odd: dict[str, Any]
) -> None:
    """What lines without words mean is remembered, and 1 is as good a key as True."""
    assert twenty.post("/status", report(*GOOD)).json()["updated"] == NAMES
    said = twenty.post("/status", report(*with_seventh({**GOOD[7], **odd}))).json()
    assert said["updated"] == [*NAMES[:7], *NAMES[8:]]
    assert [error["plugin"] for error in said["errors"]] == [
        odd.get("name", NAMES[7]) or "plugins[7]"
    ]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a\0b", "a\ufffdb"),
        ("half \ud83d", "half \ufffd"),
        (["no\0", None, 7], "no\ufffd\n7"),
        ({"error": "x\ud800"}, '{"error": "x\ufffd"}'),
        ("", None),
    ],
)
def test_a_message_is_cleaned_and_its_line_taken(twenty: Door, sent: Any, kept: str | None) -> None:
    answer = twenty.post(
        "/status",
        report(*with_seventh({**GOOD[7], "status": 2, "message": sent, "backtrace": sent})),
    )
    assert (answer.json()["updated"], answer.json()["errors"]) == (NAMES, [])
    with twenty.world.database.read() as session:
        rows = session.exec(
            select(Report.message, Report.backtrace).where(Report.verdict == "incompatible")
        ).all()
    assert rows == [(kept, kept)]


def test_a_message_of_megabytes_is_cut(twenty: Door) -> None:
    secret = "ghp_" + "a" * 36
    long = f"NoMethodError {secret} " + "m" * 1_200_000 + f" {secret} the end"
    answer = twenty.post(
        "/status", report(*with_seventh({**GOOD[7], "status": 2, "message": long}))
    )
    assert (answer.json()["updated"], answer.json()["errors"]) == (NAMES, [])
    with twenty.world.database.read() as session:
        (kept,) = session.exec(select(Report.message).where(col(Report.message).is_not(None))).all()
    assert kept
    assert len(kept) <= MAX_MESSAGE
    assert "ghp_" not in kept
    assert (kept.startswith("NoMethodError [redacted"), kept.endswith("the end")) == (True, True)


def test_bytes_that_are_no_utf_8(twenty: Door) -> None:
    body = (
        json.dumps(report(*with_seventh({**GOOD[7], "message": "QQ"})))
        .encode()
        .replace(b"QQ", b"a\xffb")
    )
    headers = {"Api-Key": twenty.site_key, "Content-Type": "application/json"}
    answer = twenty.http.post("/plugin-manager/status", content=body, headers=headers)
    assert answer.json()["updated"] == NAMES


def test_a_plugin_named_twice(twenty: Door) -> None:
    twice = [
        {**GOOD[0], "status": 2, "message": "boom"},
        {**GOOD[1], "branch": "beta"},
        {**GOOD[2], "name": "Plugin_2"},
    ]
    answer = twenty.post("/status", report(*GOOD, *twice))
    assert (answer.json()["updated"], answer.json()["errors"]) == (
        [*NAMES, "plugin-0", "plugin-1", "Plugin_2"],
        [],
    )
    assert twenty.get("/status/plugin-0")["status"] == "incompatible"


def test_what_is_said_again_counts_once_and_the_last_word_is_the_last(twenty: Door) -> None:
    broken = {**GOOD[0], "status": 2, "message": "boom"}
    answer = twenty.post("/status", report(*GOOD, *[broken] * 900, GOOD[0], broken))
    assert (answer.json()["updated"], answer.json()["errors"]) == (
        [*NAMES[1:], "plugin-0", "plugin-0"],
        [],
    )
    assert twenty.get("/status/plugin-0")["status"] == "incompatible"


def is_json(value: Any) -> bool:
    """Whether it has no number such as Infinity, for which the whole is refused."""
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        return False
    return True


def test_whatever_one_line_is_the_others_are_taken(twenty: Door) -> None:
    failing = {**GOOD[7], "status": 2, "message": "boom", "backtrace": ["a", "b"]}

    @EXAMPLES
    @given(mutated(failing).filter(is_json) | st.sampled_from(ODD))
    def check(bad: Any) -> None:
        answer = twenty.post("/status", report(*with_seventh(bad)))
        assert answer.status_code == 200, answer.text
        assert set(answer.json()["updated"]) >= {*NAMES[:7], *NAMES[8:]}

    check()


def test_names_that_are_none_register_nothing_and_sink_nothing(twenty: Door) -> None:
    key = twenty.make_key(KeyKind.USER, "a site", "forum.example.com")
    body = {"plugins": [*NAMES[:3], *ODD, "plugin-4\0"], "domain": "forum.example.com"}
    answer = twenty.post("/user/register", body, key, "User-Api-Key").json()
    assert (answer["success"], answer["plugins"]) == ("OK", NAMES[:3])


def test_a_site_key_registers_for_no_domain(twenty: Door) -> None:
    for key in (twenty.site_key, twenty.make_key(KeyKind.SITE, "bound", "canary.example.com")):
        for domain in ("victim.example.org", "canary.example.com"):
            answer = twenty.post("/user/register", {"plugins": NAMES, "domain": domain}, key)
            assert (answer.status_code, answer.json()["failed"]) == (403, "FAILED")
            assert "user key" in answer.json()["errors"][0]
    with twenty.world.database.read() as session:
        assert session.exec(select(Site)).all() == []


def test_lines_of_statistics_that_make_no_sense_are_left_out(twenty: Door) -> None:
    used = [
        {"name": name, "branch": "main", "sha": "a1", "data": {"users\0": "\ud800"}}
        for name in NAMES
    ]
    host = {"host": "forum.example.com", "branch": "stable", "sha": "h1"}
    lines = [*used[:7], *ODD, {**used[7], "sha": None}, *used[8:]]
    answer = twenty.post("/statistics", {"discourse": host, "plugins": lines})
    assert answer.json() == {"success": "OK"}
    with twenty.world.database.read() as session:
        kept = session.exec(select(Statistic)).all()
    assert len(kept) == 19
    assert kept[0].data == {"users\ufffd": "\ufffd"}
