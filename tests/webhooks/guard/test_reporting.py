"""The Plugin Guard protocol, call by call, over HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import func, select

from models.operating import keys
from models.rules.kinds import KeyKind
from models.tables import ApiKey, Installation, Report, SourceVerdict
from tests.webhooks.conftest import Door, line, report


def stored(door: Door, table: Any) -> int:
    with door.world.database.read() as session:
        return session.exec(select(func.count()).select_from(table)).one()


@pytest.mark.parametrize("path", ["/status", "/status.json"])
def test_a_report_is_stored_before_it_is_answered(door: Door, path: str) -> None:
    answer = door.post(path, report(line("solved"), line("voting")))
    assert answer.status_code == 200
    assert answer.json() == {"success": "OK", "updated": ["solved", "voting"], "errors": []}
    assert stored(door, Report) == 2


def test_names_are_answered_letter_for_letter_and_understood_in_any_spelling(door: Door) -> None:
    answer = door.post("/status", report(line("Chat_Extra")))
    assert answer.json()["updated"] == ["Chat_Extra"]
    assert door.get("/status/chat-extra")["status"] == "compatible"
    assert door.get("/status/CHAT EXTRA.json")["status"] == "compatible"


def test_one_bad_line_in_fifty_sinks_alone(door: Door) -> None:
    lines = [line("solved", sha=f"{n:08x}") for n in range(49)]
    lines.insert(20, line("voting", status=3))
    answer = door.post("/status", report(*lines)).json()
    assert len(answer["updated"]) == 49
    assert answer["errors"] == [
        {
            "plugin": "voting",
            "errors": ["status must be 0 (unknown), 1 (compatible) or 2 (incompatible)"],
        }
    ]


@pytest.mark.parametrize(
    "bad",
    [
        {"status": "1"},
        {"status": True},
        {"status": 3},
        {"status": -1},
        {"status": 1.0},
        {"branch": ""},
        {"branch": "x" * 256},
        {"sha": None},
        {"sha": "a b"},
        {"name": "///"},
    ],
)
def test_a_line_that_makes_no_sense_is_told_apart(door: Door, bad: dict[str, Any]) -> None:
    answer = door.post("/status", report({**line("solved"), **bad}, line("voting"))).json()
    assert answer["updated"] == ["voting"]
    assert len(answer["errors"]) == 1
    assert stored(door, Report) == 1


def test_a_report_of_which_nothing_counts_has_failed(door: Door) -> None:
    answer = door.post("/status", report(line("nobody-knows-it")))
    assert answer.status_code == 200
    assert answer.json()["failed"] == "FAILED"
    assert answer.json()["errors"][0]["plugin"] == "nobody-knows-it"
    assert "success" not in answer.json()


def test_the_same_report_twice_is_a_heartbeat(door: Door) -> None:
    for _ in range(2):
        assert door.post("/status", report(line("solved"))).json()["success"] == "OK"
    assert (stored(door, SourceVerdict), stored(door, Report)) == (1, 2)


def test_an_older_report_that_comes_late_overturns_nothing(door: Door) -> None:
    door.post("/status", report(line("solved", sha="0000001")))
    door.post("/status", report(line("solved", 2, sha="0000002", message="it broke")))
    assert door.post("/status", report(line("solved", sha="0000001"))).json()["success"] == "OK"
    assert door.get("/status/solved")["status"] == "incompatible"


NONSENSE: dict[str, Any] = {
    "nothing": {},
    "a list": [],
    "no plugin": {"plugins": [], "discourse": {"branch": "b", "sha": "s"}},
    "plugins as a text": {"plugins": "solved", "discourse": {"branch": "b", "sha": "s"}},
    "no host": {"plugins": [line("solved")]},
    "no commit of the host": {"plugins": [line("solved")], "discourse": {"branch": "b"}},
    "a domain that is a number": report(line("solved"), domain=7),
    "too many plugins": {
        "plugins": [line("solved")] * 1001,
        "discourse": {"branch": "b", "sha": "s"},
    },
}


def test_a_report_that_makes_no_sense_is_refused_whole(
    door: Door, subtests: pytest.Subtests
) -> None:
    for name, body in NONSENSE.items():
        with subtests.test(name):
            answer = door.post("/status", body)
            assert answer.status_code == 400
            assert answer.json()["failed"] == "FAILED"
            assert answer.json()["errors"][0]
            assert stored(door, Report) == 0


def test_without_a_valid_key_nothing_is_stored(door: Door) -> None:
    body = report(line("solved"))
    user_key = door.make_key(KeyKind.USER, "a site", "forum.example.com")
    for headers in (
        {},
        {"Api-Key": "wrong"},
        {"Api-Key": ""},
        {"Api-Key": user_key},
        {"User-Api-Key": door.site_key},
    ):
        answer = door.http.post("/plugin-manager/status", json=body, headers=headers)
        assert (answer.status_code, answer.json()["failed"]) == (401, "FAILED")
    answer = door.http.post(
        "/plugin-manager/status", json=body, headers={"Api-Key": "schlüssel".encode()}
    )
    assert answer.status_code == 401
    both = {"Api-Key": door.site_key, "User-Api-Key": user_key}
    assert door.http.post("/plugin-manager/status", json=body, headers=both).status_code == 401
    assert stored(door, Report) == 0


def test_a_revoked_key_is_refused_at_once_and_two_live_during_a_rotation(door: Door) -> None:
    second = door.make_key(KeyKind.SITE, "canary-1")
    assert door.post("/status", report(line("solved"))).status_code == 200
    assert door.post("/status", report(line("solved")), key=second).status_code == 200
    with door.world.database.write() as session:
        keys.revoke(
            session,
            str(session.exec(select(ApiKey.id).where(ApiKey.hint == door.site_key[-4:])).one()),
            door.world.now,
        )
    assert door.post("/status", report(line("solved"))).status_code == 401
    assert door.post("/status", report(line("solved")), key=second).status_code == 200
    assert stored(door, Report) == 3


def test_a_key_knows_when_it_was_used_last(door: Door) -> None:
    door.post("/status", report(line("solved")))
    with door.world.database.read() as session:
        found = keys.find(session, door.site_key)
        assert found
        assert found.last_used_at is not None


@pytest.mark.parametrize("path", ["/status/validate-key", "/status/validate-key.json"])
def test_a_key_can_be_validated(door: Door, path: str) -> None:
    url = f"/plugin-manager{path}"
    user_key = door.make_key(KeyKind.USER, "a site", "forum.example.com")
    valid = [{"Api-Key": door.site_key, "Api-Username": "system"}, {"User-Api-Key": user_key}]
    for headers in valid:
        answer = door.http.get(url, headers=headers)
        assert (answer.status_code, answer.json()) == (200, {"success": "OK"})
    for headers in (
        {},
        {"Api-Key": "wrong"},
        {"Api-Key": user_key},
        {"User-Api-Key": door.site_key},
    ):
        answer = door.http.get(url, headers=headers)
        assert (answer.status_code, answer.json()) == (400, {"failed": "FAILED"})


def test_a_client_site_registers_and_reports_on_what_it_registered(door: Door) -> None:
    key = door.make_key(KeyKind.USER, "a site", "forum.example.com")
    say = {"domain": "forum.example.com"}
    unregistered = door.post("/status", report(line("solved"), **say), key, "User-Api-Key").json()
    assert unregistered["failed"] == "FAILED"
    assert "register" in unregistered["errors"][0]["errors"][0]
    answer = door.post(
        "/user/register", {"plugins": ["Solved", "unheard-of"], **say}, key, "User-Api-Key"
    ).json()
    assert answer["success"] == "OK"
    assert (answer["plugins"], answer["domain"]) == (["Solved"], "forum.example.com")
    assert answer["updated_at"].count(":") >= 2
    said = door.post(
        "/status", report(line("solved"), line("voting"), **say), key, "User-Api-Key"
    ).json()
    assert (said["updated"], [error["plugin"] for error in said["errors"]]) == (
        ["solved"],
        ["voting"],
    )


def test_a_registration_lasts_three_days(door: Door) -> None:
    key = door.make_key(KeyKind.USER, "a site", "forum.example.com")
    say = {"domain": "forum.example.com"}
    door.post("/user/register.json", {"plugins": ["solved"], **say}, key, "User-Api-Key")
    with door.world.database.write() as session:
        for installation in session.exec(select(Installation)):
            assert installation.registered_at
            installation.registered_at -= timedelta(days=3, minutes=1)
    assert (
        door.post("/status", report(line("solved"), **say), key, "User-Api-Key").json()["failed"]
        == "FAILED"
    )


def test_a_user_key_speaks_for_its_own_domain_only(door: Door) -> None:
    key = door.make_key(KeyKind.USER, "a site", "forum.example.com")
    for path, body in (
        ("/status", report(line("solved"))),
        ("/user/register", {"plugins": ["solved"], "domain": "x.y"}),
    ):
        answer = door.post(path, body, key, "User-Api-Key")
        assert (answer.status_code, answer.json()["failed"]) == (403, "FAILED")


def test_a_terminals_colours_are_not_stored_and_hide_no_secret(door: Door) -> None:
    words = "\x1b[1mboom (\x1b[1;4mRuntimeError\x1b[m\x1b[1m)\x1b[m \x1b[31mghp_" + "\x1b[0ma" * 36
    coloured = report(
        line("solved", 2, message=words, backtrace=["\x1b[2mplugin.rb:3:in 'x'\x1b[0m"])
    )
    assert door.post("/status", coloured).status_code == 200
    (incident,) = door.world.incidents()
    assert incident.message == "boom (RuntimeError) [redacted GitHub token]"
    assert incident.backtrace == "plugin.rb:3:in 'x'"


def test_secrets_in_an_error_are_not_stored(door: Door) -> None:
    message = "cannot reach https://user:hunter2@example.com with ghp_" + "a" * 36
    door.post(
        "/status", report(line("solved", 2, message=message, backtrace="token=" + "s3cr3t" * 5))
    )
    with door.world.database.read() as session:
        row = session.exec(select(Report)).one()
    for text in (row.message or "", row.backtrace or ""):
        assert "redacted" in text
        assert not any(secret in text for secret in ("hunter2", "ghp_", "s3cr3t"))
