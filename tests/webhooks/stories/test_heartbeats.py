"""What cron jobs call, over real HTTP."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlmodel import select

from models.events.silence import SilenceCheck
from models.operating import heartbeats
from models.record import record
from models.rules.kinds import KeyKind
from models.tables import Attendance, Heartbeat
from tests.waiting import LONG
from tests.webhooks.conftest import Door, line, report

SECRET = "hunter2-hunter2"


@pytest.fixture
def address(door: Door) -> str:
    with door.world.database.write() as session:
        every, grace = timedelta(days=1), timedelta(hours=1)
        return f"/heartbeats/{heartbeats.create(session, 'backup', every, grace, door.world.now)}"


def row(door: Door) -> Heartbeat:
    with door.world.database.read() as session:
        return session.exec(select(Heartbeat)).one()


def test_start_finish_fail_and_exit_codes(door: Door, address: str) -> None:
    began = door.http.get(f"{address}/start")
    assert (began.status_code, began.json()) == (200, {"heartbeat": "backup", "recorded": "start"})
    assert (row(door).started_at is not None, row(door).heard_at) == (True, None)
    assert door.http.post(address, content=b"all good").json()["recorded"] == "finish"
    assert (row(door).started_at, row(door).failed, row(door).log) == (None, False, "all good")
    assert door.http.head(address).status_code == 200
    for word, failed, code in (
        ("0", False, 0),
        ("3", True, 3),
        ("fail", True, None),
        ("", False, None),
    ):
        assert door.http.post(f"{address}/{word}" if word else address).status_code == 200
        assert (row(door).failed, row(door).exit_code) == (failed, code)


def test_a_log_is_cut_in_its_middle_and_redacted(door: Door, address: str) -> None:
    log = f"begin\npassword={SECRET}\n\x1b[31mred\x1b[0m\n" + "line\n" * 100_000 + "the end\n"
    assert door.http.post(f"{address}/1", content=log.encode(), timeout=LONG).status_code == 200
    kept = row(door).log
    assert kept.startswith("begin\npassword=[redacted secret]\nred\n")
    assert kept.endswith("the end\n")
    assert "left out" in kept
    assert len(kept.encode()) < 11_000
    assert door.http.post(address, content=b"\xff\x00\xfe").status_code == 200


def test_a_call_counts_however_long_its_log_is(door: Door, address: str) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(80):
            yield b"x" * 65_536

    with suppress(httpx.TransportError):  # the rest is not read
        door.http.post(f"{address}/7", content=pieces(), timeout=LONG)
    assert row(door).exit_code == 7


@pytest.mark.parametrize("word", ["/256", "/-1", "/stop", "/1/2", "/²"])
def test_what_else_is_said_is_refused(door: Door, address: str, word: str) -> None:
    assert door.http.get(f"{address}{word}").status_code == 404
    assert row(door).heard_at is None


def test_an_address_that_nobody_made_and_one_that_was_deleted(door: Door, address: str) -> None:
    answer = door.http.get("/heartbeats/00000000-0000-4000-8000-000000000000")
    assert answer.status_code == 404
    assert "heartbeats create" in answer.json()["error"]
    with door.world.database.write() as session:
        heartbeats.delete(session, "backup")
    assert door.http.get(address).status_code == 404


def test_the_web_process_signs_in(door: Door) -> None:
    for _ in range(100):
        with door.world.database.read() as session:
            if session.get(Attendance, "web"):
                return
        door.http.get("/healthz")
    pytest.fail("it did not sign in")


def test_the_status_page_shows_who_tells_of_all_this(door: Door, address: str) -> None:
    assert address
    door.post("/status", report(line("solved")))
    user = door.make_key(KeyKind.USER, "shop", "shop.example.com")
    body = {"domain": "shop.example.com", "plugins": ["solved"]}
    assert door.post("/user/register", body, user, "User-Api-Key").json()["success"] == "OK"
    with door.world.database.write() as session:
        record(session, [SilenceCheck()], datetime.now(UTC))
    page = door.http.get("/", headers={"Accept": "text/html"}).text
    shown = page.partition('id="sources"')[2]
    assert "Plugin Guards" in shown
    assert "Cron jobs" in shown
    assert "canary.example.com" not in shown
    assert "backup" not in shown
    assert "? no report yet" in shown
    assert "1 client site that reports too, none of them silent." in shown
    assert "shop.example.com" not in page
    assert address not in page


def test_the_doors_are_described(door: Door) -> None:
    described = door.http.get("/openapi.json").json()["paths"]
    assert (
        set(described["/heartbeats/{secret}"])
        == set(described["/heartbeats/{secret}/{signal}"])
        == {"post"}
    )
    assert "exit code" in str(described["/heartbeats/{secret}/{signal}"])
