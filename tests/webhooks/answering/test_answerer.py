"""Whoever reads is answered by a process of its own: what becomes of all when it stands still, or ends."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, TypeVar

import httpx
import pytest

from bench.slots import descendants
from bench.stage import free_port, wait_for
from models.database.engine import Database
from models.operating import keys
from models.rules.kinds import KeyKind
from tests.waiting import LONG
from tests.webhooks.conftest import ON_ONE, line, report

# Which database answers makes no difference to who asks it.
pytestmark = ON_ONE

_Found = TypeVar("_Found")


class Service(NamedTuple):
    """The web process as an operator starts it, spoken to over HTTP."""

    process: subprocess.Popen[bytes]
    http: httpx.Client
    key: str

    def answering(self, but: int = 0) -> int:
        """The process that answers readers, another one than that."""
        return _soon(lambda: next(filter(_answers, {*descendants(self.process.pid)} - {but}), None))

    def reports(self) -> bool:
        """Whether a Guard's report is taken."""
        told = report(line("solved"))
        headers = {"Api-Key": self.key}
        return self.http.post("/plugin-manager/status", json=told, headers=headers).is_success


@pytest.fixture
def service(database_url: str) -> Iterator[Service]:
    with closing(Database(database_url)) as database, database.write() as session:
        key = keys.create(session, KeyKind.SITE, "canary-1", None, datetime.now(UTC))
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "PORT": str(port),
        "LINK_SIGNING_KEY": "the key of these tests, which is long enough",
        "LOG_LEVEL": "ERROR",
    }
    process = subprocess.Popen([sys.executable, "-m", "webhooks"], env=environment)
    address = f"http://127.0.0.1:{port}"
    with httpx.Client(base_url=address, timeout=LONG, verify=False) as http:
        try:
            wait_for(port, process)
            yield Service(process, http, key)
        finally:
            process.kill()
            process.wait()


def test_what_stands_still_over_a_page_keeps_no_report_waiting(service: Service) -> None:
    answering = service.answering()
    os.kill(answering, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as reading:
        page = reading.submit(service.http.get, "/")
        assert all(service.reports() for _ in range(20))
        assert service.http.get("/healthz").status_code == 200
        assert not page.done()
        os.kill(answering, signal.SIGCONT)
        assert page.result().status_code == 200
    assert service.http.head("/").status_code == 200
    assert service.http.get("/plugin-manager/plugin").json()["total"] == 0


def test_who_waits_for_a_process_that_ends_is_answered_by_the_next_one(service: Service) -> None:
    first = service.answering()
    os.kill(first, signal.SIGSTOP)
    with _waiting_for(service, "/") as page:
        os.kill(first, signal.SIGKILL)
        assert page.result().status_code == 200
    assert service.answering() != first


def test_a_question_over_which_two_ended_is_refused_and_others_are_answered(
    service: Service,
) -> None:
    first = service.answering()
    os.kill(first, signal.SIGSTOP)
    with _waiting_for(service, "/plugins/solved") as page:
        os.kill(first, signal.SIGKILL)
        os.kill(service.answering(but=first), signal.SIGKILL)
        refused = page.result()
    assert (refused.status_code, refused.json()["failed"]) == (503, "FAILED")
    assert service.http.get("/jobs").status_code == 200


def test_what_reads_bodies_is_loaded_before_one_comes(service: Service) -> None:
    _soon(lambda: any(not _answers(pid) for pid in descendants(service.process.pid)))


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_it_ends_with_the_web_process_however_that_ends(service: Service, how: int) -> None:
    assert service.http.get("/").status_code == 200
    answering = service.answering()
    service.process.send_signal(how)
    service.process.wait(20)
    _soon(lambda: not _lives(answering))


@contextlib.contextmanager
def _waiting_for(service: Service, path: str) -> Iterator["Future[httpx.Response]"]:
    """Somebody asks for the page, and a report is taken meanwhile."""
    with ThreadPoolExecutor(1) as reading:
        page = reading.submit(service.http.get, path)
        assert service.reports()
        yield page


def _answers(pid: int) -> bool:
    """Whether it is not the process from which those that read bodies are forked."""
    command = Path(f"/proc/{pid}/cmdline").read_text()
    return "webhooks" in command and "webhooks.workers" not in command


def _lives(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def _soon(look: Callable[[], _Found | None]) -> _Found:
    """What is found once there is something."""
    deadline = time.monotonic() + LONG
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.01)
    raise AssertionError("it did not come to be")
