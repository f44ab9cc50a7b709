"""Large bodies are read in a process of their own, wherever they are sent."""

import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from models.rules.kinds import KeyKind
from tests.canaries import SERVER
from tests.webhooks.canary.test_canary import Canary, body
from tests.webhooks.conftest import Door, line, report
from tests.webhooks.github_samples import issue, issues, raw, signed
from tests.webhooks.pictures import png
from tests.webhooks.started import forker_of
from webhooks.workers.worker import SMALL

SECRET = "It's a Secret to Everybody"


@pytest.fixture
def github_secrets() -> list[bytes]:
    return [SECRET.encode()]


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


@pytest.mark.parametrize("send", [_report, _registration, _delivery, _run, _log, _screenshot])
def test_what_is_large_is_read_beside(
    door: Door, send: Callable[[Door, int], httpx.Response]
) -> None:
    """While what forks the processes that read stands still, small bodies are read, and the large one waits."""
    assert _report(door, 2 * SMALL).status_code == 200  # which starts it
    forker = forker_of(os.getpid())
    os.kill(forker, signal.SIGSTOP)
    try:
        with ThreadPoolExecutor(1) as sending:
            large = sending.submit(send, door, 2 * SMALL)
            for each in (_report, _delivery, _run):
                assert each(door, SMALL // 2).status_code == 200
            with pytest.raises(TimeoutError):
                large.result(0.3)
            os.kill(forker, signal.SIGCONT)
            assert large.result().status_code == 200
    finally:
        os.kill(forker, signal.SIGCONT)
