"""Whoever reads is answered by a process of its own: what becomes of all when it stands still, or ends."""

import contextlib
import os
import signal
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import httpx
import pytest

from tests.webhooks.conftest import ON_ONE
from tests.webhooks.started import Service, lives, soon, started_service

# Which database answers makes no difference to who asks it.
pytestmark = ON_ONE


@pytest.fixture
def service(database_url: str) -> Iterator[Service]:
    with started_service(database_url) as service:
        yield service


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
    assert service.http.get("/plugin-manager/plugin").json()["total"] == 2


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
    assert lives(service.bodies())


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_it_ends_with_the_web_process_however_that_ends(service: Service, how: int) -> None:
    assert service.http.get("/").status_code == 200
    answering = service.answering()
    service.process.send_signal(how)
    service.process.wait(20)
    soon(lambda: not lives(answering))


@contextlib.contextmanager
def _waiting_for(service: Service, path: str) -> Iterator["Future[httpx.Response]"]:
    """Somebody asks for the page, and a report is taken meanwhile."""
    with ThreadPoolExecutor(1) as reading:
        page = reading.submit(service.http.get, path)
        assert service.reports()
        yield page
