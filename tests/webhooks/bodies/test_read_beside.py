"""Which bodies are read in a process of their own, and at which priority: large ones, wherever they are sent."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from models.rules.kinds import KeyKind
from tests.canaries import SERVER
from tests.waiting import until
from tests.webhooks.canary.test_canary import Canary, body
from tests.webhooks.conftest import Door, line, report
from tests.webhooks.github_samples import issue, issues, raw, signed
from tests.webhooks.pictures import png
from webhooks.workers.worker import SMALL

SECRET = "It's a Secret to Everybody"
# Priorities as Linux counts them, from 0 to 19.
USUAL, LOWEST = 0, 19
_READER = "webhooks.workers.process"


@pytest.fixture
def github_secrets() -> list[bytes]:
    return [SECRET.encode()]


def test_what_is_small_is_read_at_once(door: Door) -> None:
    assert _report(door, SMALL // 2).status_code == 200
    assert _delivery(door, SMALL // 2).status_code == 200
    assert _run(door, SMALL // 2).status_code == 200
    assert _readers() == []


def _report(door: Door, size: int) -> httpx.Response:
    lines = (line("solved", 2, message="x" * size), line("voting"))
    return door.post("/status", report(*lines))


def _registration(door: Door, size: int) -> httpx.Response:
    said = {"domain": "forum.example.org", "plugins": ["solved"], "more": "x" * size}
    key = door.make_key(KeyKind.USER, "one", "forum.example.org")
    return door.post("/user/register", said, key, "User-Api-Key")


def _delivery(door: Door, size: int) -> httpx.Response:
    content = raw(issues("opened", issue(body="x" * size)))
    headers = {
        "Content-Type": "application/json",
        "X-Hub-Signature-256": signed(content, SECRET),
        "X-GitHub-Event": "issues",
        "X-GitHub-Delivery": f"of-{size}",
    }
    return door.http.post("/github/webhooks", content=content, headers=headers)


def _canary(door: Door) -> Canary:
    return Canary(door, door.make_key(KeyKind.CANARY, SERVER))


def _run(door: Door, size: int) -> httpx.Response:
    step = {"name": "log in", "result": "failed", "duration_ms": 1.0, "message": "x" * size}
    return _canary(door).put("one", body(finished=False, steps=[step]))


def _log(door: Door, size: int) -> httpx.Response:
    _run(door, 0)
    return _canary(door).log("one", b"a line\n" * (size // 7))


def _screenshot(door: Door, size: int) -> httpx.Response:
    _run(door, 0)
    return _canary(door).screenshot("one", png(trailer=b"x" * size))


@pytest.mark.parametrize(
    ("send", "size", "niceness"),
    [
        (_report, 2 * SMALL, USUAL),
        (_registration, 2 * SMALL, USUAL),
        (_delivery, 2 * SMALL, USUAL),
        (_run, 2 * SMALL, LOWEST),
        (_log, 2 * SMALL, LOWEST),
        (_screenshot, 2 * SMALL, LOWEST),
    ],
)
def test_what_is_large_is_read_beside(
    door: Door, send: Callable[[Door, int], httpx.Response], size: int, niceness: int
) -> None:
    assert send(door, size).status_code == 200
    assert [os.getpriority(os.PRIO_PROCESS, reader) for reader in _readers()] == [niceness]
    until(lambda: not _readers())  # and takes no memory for long


def _readers() -> list[int]:
    """The processes that read bodies for the server, which runs in this process."""
    return [
        reader
        for forker in _children(os.getpid())
        for reader in _children(forker)
        if _is_ours(forker)
    ]


def _children(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # it has ended meanwhile
            yield from map(int, task.read_text().split())


def _is_ours(pid: int) -> bool:
    with suppress(OSError):
        return _READER in Path(f"/proc/{pid}/cmdline").read_text()
    return False
