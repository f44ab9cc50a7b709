"""What is refused before it costs: by headers alone, by the clock, and when too much is under way."""

import asyncio
import select
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from models.rules.kinds import KeyKind
from tests.waiting import LONG
from tests.webhooks.conftest import Door, line, report
from webhooks.bodies.receiving import Receiving
from webhooks.guard.endpoints import MAX_REPORT
from webhooks.refusal import Refusal

# Headers of requests whose bodies never come, and the answers to them.
HEADERS_ALONE = {
    "a report without a key": ("POST /plugin-manager/status", ["Content-Length: 100000"], 401),
    "a report with a wrong key": (
        "POST /plugin-manager/status",
        ["Content-Length: 100000", "Api-Key: wrong"],
        401,
    ),
    "a registration without a key": (
        "POST /plugin-manager/user/register",
        ["Content-Length: 9"],
        401,
    ),
    "a report that is too large": (
        "POST /plugin-manager/status",
        [f"Content-Length: {MAX_REPORT + 1}"],
        413,
    ),
    "statistics that are too large": (
        "POST /plugin-manager/statistics",
        ["Content-Length: 262145"],
        413,
    ),
    "statistics that are packed": (
        "POST /plugin-manager/statistics",
        ["Content-Length: 9", "Content-Encoding: gzip"],
        415,
    ),
    "a length of nineteen digits": (
        "POST /plugin-manager/statistics",
        ["Content-Length: " + "9" * 19],
        413,
    ),
    "a canary's run without a key": ("PUT /canary/runs/1", ["Content-Length: 9"], 401),
    "a delivery without a signature": ("POST /github/webhooks", ["Content-Length: 5242880"], 401),
    "a delivery that is too large": ("POST /github/webhooks", ["Content-Length: 5242881"], 413),
}


@pytest.fixture
def github_secrets() -> list[bytes]:
    return [b"a secret of GitHub's"]


def test_headers_alone_are_enough_to_refuse(door: Door, subtests: pytest.Subtests) -> None:
    for name, (where, headers, status) in HEADERS_ALONE.items():
        with (
            subtests.test(name),
            _sent(door, where, ["Content-Type: application/json", *headers]) as answer,
        ):
            assert int(answer.split()[1]) == status


def test_uploads_that_never_begin_stop_no_other(door: Door) -> None:
    key = door.make_key(KeyKind.CANARY, "canary.example.com")
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "text/plain"}
    own = [f"{name}: {value}" for name, value in headers.items()]
    held = [
        _opened(door, "PUT /canary/runs/slow/console-log", [*own, "Content-Length: 9"])
        for _ in range(20)
    ]
    answer = door.http.put("/canary/runs/other/console-log", content=b"hello", headers=headers)
    assert answer.status_code == 404  # it was read: there is no such run
    for each in held:
        each.close()


# Of each kind of sender: where it sends to, its headers, how many bytes each sends of a body that never ends, and how
# many of them are more than may be held.
TOO_MANY = {
    "with a key": ("POST /plugin-manager/status", ["Api-Key: {key}"], 1024 * 1024, 17),
    "who may have GitHub's secret": (
        "POST /github/webhooks",
        [f"X-Hub-Signature-256: sha256={0:064x}", "X-GitHub-Event: push", "X-GitHub-Delivery: a"],
        1024 * 1024,
        9,
    ),
    "without a key": ("POST /plugin-manager/statistics", [], 240 * 1024, 18),
}


@pytest.mark.parametrize("kind", TOO_MANY)
def test_what_all_senders_of_a_kind_hold_is_bounded_and_small_bodies_pass(
    door: Door, kind: str
) -> None:
    where, own, size, count = TOO_MANY[kind]
    headers = [header.format(key=door.site_key) for header in own]
    headers += ["Content-Type: application/json", f"Content-Length: {size + 1}"]
    held = [_opened(door, where, headers) for _ in range(count)]
    try:
        for each in held:
            each.sendall(b" " * size)
        refused, _, _ = select.select(held, [], [], LONG)
        answers = [each.recv(65_536).split()[1] for each in refused]
        assert set(answers) == {b"503"}
        assert len(answers) < count
        assert door.post("/status", report(line("solved"))).json()["success"] == "OK"
    finally:
        for each in held:
            each.close()


async def test_a_body_that_does_not_end_is_given_up() -> None:
    with pytest.raises(Refusal, match=r"within 0\.05 seconds") as refused:
        await Receiving(1_000).pieces(_Sender(b"some").receive, 10, lambda _: None, seconds=0.05)
    assert refused.value.status == 408


async def test_when_too_much_is_held_the_largest_gives_way_and_small_ones_pass() -> None:
    receiving = Receiving(1_000)
    large, small, last = _Sender(b"x" * 700), _Sender(b"x" * 200), _Sender(b"x" * 300)
    tasks = []
    for sender in (large, small, last):
        tasks.append(asyncio.create_task(receiving.whole(sender.receive, 10_000)))
        await asyncio.sleep(0)
    with pytest.raises(Refusal, match="by others") as refused:
        await tasks[0]
    assert refused.value.status == 503
    for sender in (small, last):
        sender.send(b"y", more=False)
    assert [len(await task) for task in tasks[1:]] == [201, 301]
    whole = _Sender(b"x" * 900)  # what the others held is free again
    whole.send(b"y", more=False)
    assert len(await receiving.whole(whole.receive, 10_000)) == 901


async def test_who_takes_long_gives_way_before_one_that_is_larger() -> None:
    receiving = Receiving(1_000, seconds_at_ease=0.05)
    slow = [_Sender(b"x" * 90) for _ in range(11)]
    tasks = [asyncio.create_task(receiving.whole(sender.receive, 10_000)) for sender in slow]
    await asyncio.sleep(0.1)
    signed = _Sender(b"x" * 500)
    whole = asyncio.create_task(receiving.whole(signed.receive, 10_000))
    await asyncio.sleep(0)
    signed.send(b"y", more=False)
    assert len(await whole) == 501
    await asyncio.sleep(0)
    given_way = [task for task in tasks if task.done()]
    assert 0 < len(given_way) < len(tasks)
    for task in tasks:
        task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert {type(each) for each in ended} == {Refusal, asyncio.CancelledError}


async def test_a_body_that_alone_is_too_much_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        await Receiving(1_000).whole(_Sender(b"x" * 1_001).receive, 10_000)
    assert refused.value.status == 503


async def test_only_what_is_kept_of_a_body_counts() -> None:
    receiving, sender, sizes = Receiving(1_000), _Sender(b"x" * 900), []
    sender.send(b"x" * 900, more=False)
    await receiving.pieces(sender.receive, 10_000, lambda piece: sizes.append(len(piece)), kept=100)
    assert sizes == [900, 900]


class _Sender:
    """A client that sends what it is told to."""

    def __init__(self, *pieces: bytes) -> None:
        self._messages: asyncio.Queue[dict[str, object]] = asyncio.Queue()
        for piece in pieces:
            self.send(piece, more=True)

    def send(self, piece: bytes, *, more: bool) -> None:
        self._messages.put_nowait({"type": "http.request", "body": piece, "more_body": more})

    async def receive(self) -> dict[str, object]:
        return await self._messages.get()


def _opened(door: Door, where: str, headers: list[str]) -> socket.socket:
    address = urlsplit(str(door.http.base_url))
    connection = socket.create_connection((address.hostname, address.port), timeout=LONG)
    connection.sendall(
        "\r\n".join([f"{where} HTTP/1.1", "Host: localhost", *headers, "", ""]).encode()
    )
    return connection


@contextmanager
def _sent(door: Door, where: str, headers: list[str]) -> Iterator[str]:
    with _opened(door, where, headers) as connection:
        yield connection.recv(65_536).decode()
