"""What of a large report is announced by a transaction of its own, and what that one waits for."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from models.database.engine import Database
from models.events import Event, GuardReport, Outcome, StepsLeft
from models.record import record
from models.recording.telling.unannounced import announce_later, leaves_steps
from tests.webhooks.started import soon, started_service
from tests.world import BAD, GOOD, World, make_world, saw
from webhooks.recording.accounts import Accounts
from webhooks.recording.batches import RecorderHere, Written
from webhooks.recording.queues import Queues, Submitted, Turns, weight_of
from webhooks.recording.writer import Writer

NAMES = tuple(f"plugin-{letter}" for letter in "abcdef")


@pytest.fixture
def url(tmp_path: Path, sqlite_template: Path) -> str:
    """A database with one writer."""
    path = tmp_path / "writer.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture
def world(url: str, now: datetime) -> Iterator[World]:
    """All plugins work."""
    with closing(Database(url)) as database:
        world = make_world(database, now, *NAMES)
        world.report(*(saw(name, "p1", GOOD) for name in NAMES))
        yield world


def works(world: World) -> GuardReport:
    return world.a_report(*(saw(name, "p1", GOOD) for name in NAMES))


def broken(world: World) -> GuardReport:
    return world.a_report(*(saw(name, "p2", BAD) for name in NAMES), host="h2")


class _Recorder(RecorderHere):
    """Remembers what it recorded. While it records the first batch, `comes` is sent."""

    def __init__(self, world: World, comes: Submitted) -> None:
        super().__init__(world.database, lambda: world.now)
        self.queues = Queues(self, self, beats_wait=True)
        self.recorded: list[Event] = []
        self._comes = comes

    def write(self, events: Sequence[Event], until: float) -> Written:
        if not self.recorded:
            self.queues.queue_of(self._comes).add(self._comes)
        self.recorded += events
        return super().write(events, until)


def test_a_heartbeat_is_answered_before_what_a_large_report_means_is_announced(
    world: World,
) -> None:
    answered: list[tuple[str, bool]] = []

    async def write() -> list[Event]:
        def submitted(name: str, event: Event) -> Submitted:
            answer: asyncio.Future[Outcome] = loop.create_future()
            answer.add_done_callback(lambda _: answered.append((name, bool(world.announced()))))
            return Submitted(event, weight_of(event), answer, loop, float("inf"))

        loop = asyncio.get_running_loop()
        large = submitted("large", broken(world))
        heartbeat = submitted("heartbeat", works(world))
        recorder = _Recorder(world, comes=heartbeat)
        queues = recorder.queues
        queues.queue_of(large).add(large)
        writer = Writer(Turns([queues.heartbeats, queues.others], queues.strangers), Accounts())
        writer.start()
        await asyncio.gather(large.answer, heartbeat.answer)
        writer.stop()
        return recorder.recorded

    assert asyncio.run(write())[2:] == [StepsLeft()]
    assert answered == [("heartbeat", False), ("large", True)]


def test_what_a_process_that_ended_left_is_announced_when_another_one_starts(
    world: World, url: str
) -> None:
    with world.database.write() as session:
        announce_later(session)
        record(session, [broken(world)], world.now)
        assert leaves_steps(session)
    assert not world.announced()
    with started_service(url):
        assert soon(world.announced)
