"""What is recorded by processes of their own: what becomes of all when one stands still, or ends."""

import os
import pickle
import signal
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from models.database.engine import Database, be_alone
from models.events import Event, ExtensionDelivery
from models.events.statistics import Statistics, Usage
from models.tables import Incident
from tests.damaging import damage
from tests.webhooks.started import Service, lives, soon, started_service

_BROKEN = 2


@pytest.fixture
def service(database_url: str) -> Iterator[Service]:
    with started_service(database_url) as service:
        assert service.reports("solved")
        assert service.reports("voting")
        yield service


def incidents(database_url: str) -> int:
    with closing(Database(database_url)) as database, database.read() as session:
        return len(session.exec(select(Incident)).all())


def test_what_breaks_waits_for_it_and_whoever_asks_does_not(
    service: Service, database_url: str
) -> None:
    with _stopped_over_a_breakage(service) as (recording, told):
        assert service.http.get("/plugins/solved").status_code == 200
        if database_url.startswith("postgresql"):  # which has more than one writer
            assert all(service.reports("voting") for _ in range(20))
        assert not told.done()
        assert incidents(database_url) == 0
        os.kill(recording, signal.SIGCONT)
        assert told.result()
    assert incidents(database_url) == 1
    assert service.recording() == recording


def test_when_it_ends_what_it_was_given_is_recorded_and_the_rest_by_the_next_one(
    service: Service, database_url: str
) -> None:
    with _stopped_over_a_breakage(service) as (first, told):
        os.kill(first, signal.SIGKILL)
        assert told.result()
    assert incidents(database_url) == 1
    with _stopped_over_a_breakage(service, "voting", service.recording_anew()) as (recording, told):
        assert not told.done()
        os.kill(recording, signal.SIGCONT)
        assert told.result()
    assert incidents(database_url) == 2


def test_when_all_have_ended_whatever_comes_is_taken(service: Service, database_url: str) -> None:
    recording = service.recording_all()
    assert recording
    for process in recording:
        os.kill(process, signal.SIGKILL)
    assert all(service.reports("voting") for _ in range(20))
    assert service.reports("solved", _BROKEN)
    assert incidents(database_url) == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_heartbeat_that_would_wait_for_others_lets_the_rest_pass(
    service: Service, database_url: str
) -> None:
    with ThreadPoolExecutor(1) as telling, closing(Database(database_url)) as database:
        with database.write() as session:
            be_alone(session)
            told = telling.submit(service.reports, "solved", branch="stable")
            assert all(service.reports("voting") for _ in range(20))
            assert not told.done()
        assert told.result()


@contextmanager
def _stopped_over_a_breakage(
    service: Service, name: str = "solved", process: int = 0
) -> Iterator[tuple[int, Future[bool]]]:
    """It stands still, and is given a breakage; yields its process, and whether the breakage is taken."""
    recording = process or service.recording()
    os.kill(recording, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as telling:
        told = telling.submit(service.reports, name, _BROKEN)
        assert service.http.get("/healthz").status_code == 200
        yield recording, told


def test_a_damaged_page_that_it_alone_meets_keeps_the_web_process_from_being_ready(
    tmp_path: Path, sqlite_template: Path
) -> None:
    path = tmp_path / "damaged.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    damage(path, "story_entry")
    with started_service(f"sqlite:///{path}") as service:
        assert service.reports("solved")
        assert not service.reports("solved", _BROKEN)
        # What looks at all tables in turn comes to this one after a minute.
        assert "damaged" in service.http.get("/readyz").json()["reason"]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_it_ends_with_the_web_process_however_that_ends(service: Service, how: int) -> None:
    recording = service.recording()
    service.process.send_signal(how)
    service.process.wait(20)
    soon(lambda: not lives(recording))


_JSON = st.dictionaries(st.text(), st.none() | st.integers() | st.lists(st.text()))
_HOLDING_JSON: dict[Any, st.SearchStrategy[Event]] = {
    Statistics: st.builds(Statistics, usages=st.tuples(st.builds(Usage, data=_JSON))),
    ExtensionDelivery: st.builds(ExtensionDelivery, body=_JSON),
}


@pytest.mark.parametrize("kind", Event.__args__)
@given(data=st.data())
def test_whatever_happens_can_be_told_to_another_process(kind: Any, data: st.DataObject) -> None:
    event = data.draw(_HOLDING_JSON.get(kind, st.from_type(kind)))
    assert pickle.loads(pickle.dumps(event)) == event
