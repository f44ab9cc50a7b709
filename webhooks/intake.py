"""Group commit: requests that wait together are recorded in one transaction and answered once it is durable."""

import asyncio
import contextlib
import queue
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import structlog

from models.complaint import Complaint
from models.database import Database, is_whole
from models.events import Event, Outcome
from models.record import record
from webhooks import metrics

# More than this many in one transaction gains nothing and makes the first of them wait for the last.
MOST_TOGETHER = 512
# Requests that may wait for the database before further ones are turned away with a 503.
MOST_WAITING = 5_000
# A sender hears within this time what became of its report, whatever the database does.
SECONDS_TO_ANSWER = 8.0

_log = structlog.get_logger()


class NotStored(Exception):  # noqa: N818 - it is what the sender is told
    """The event could not be stored; its sender must hear a 5xx. The message says why, in words for an operator."""


class _Waiting(NamedTuple):
    event: Event
    answer: asyncio.Future[Outcome]
    loop: asyncio.AbstractEventLoop
    until: float

    @property
    def is_late(self) -> bool:
        """Whether its sender was told meanwhile that it is not stored."""
        return time.monotonic() > self.until


class Intake:
    """The queue in front of the one thread that writes.

    The thread blocks on the first event, drains what else waits, commits once and wakes all the waiting requests with a
    single call into their loop. There is no timer: a batch is whatever arrived while the last one was committed.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._stopped = threading.Event()
        self._complaint = Complaint("events_not_stored")
        self._thread = threading.Thread(target=self._run, name="intake", daemon=True)
        self._checkpoints = threading.Thread(
            target=database.checkpoint, args=(self._stopped,), name="checkpoints", daemon=True
        )

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()
        self._checkpoints.start()

    def stop(self) -> None:
        """Write what still waits, then end. Blocks until it is done."""
        self._queue.put(None)
        self._thread.join()
        self._stopped.set()
        self._checkpoints.join()

    async def submit(self, event: Event) -> Outcome:
        """Record the event; return once it is durable.

        Raises:
            NotStored: it is not stored, and the sender must be told so.
        """
        if self._queue.qsize() >= MOST_WAITING:
            raise NotStored(f"{MOST_WAITING} reports are waiting for the database already")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Outcome] = loop.create_future()
        self._queue.put(_Waiting(event, answer, loop, time.monotonic() + SECONDS_TO_ANSWER))
        try:
            async with asyncio.timeout(SECONDS_TO_ANSWER):
                return await answer
        except TimeoutError as error:
            raise NotStored("the database does not answer") from error

    def _run(self) -> None:
        while first := self._queue.get():
            batch = [first]
            while len(batch) < MOST_TOGETHER and not self._queue.empty():
                if (more := self._queue.get()) is None:
                    self._queue.put(None)
                    break
                batch.append(more)
            fresh = [waiting for waiting in batch if not waiting.is_late]
            metrics.NOT_STORED.inc(len(batch) - len(fresh))
            if fresh:
                self._write(fresh)

    def _write(self, batch: Sequence[_Waiting]) -> None:
        results: Sequence[Outcome | NotStored]
        try:
            results = self._record(batch)
        except Exception as error:  # noqa: BLE001 - whatever it is, every sender must be told, and the thread must live
            self._complaint.tell(error, events=len(batch))
            results = [NotStored("the database did not take it")] * len(batch)
        metrics.written(results)
        with contextlib.suppress(RuntimeError):  # the loop is gone, and with it those who wait
            batch[0].loop.call_soon_threadsafe(_answer, batch, results)

    def _record(self, batch: Sequence[_Waiting]) -> Sequence[Outcome | NotStored]:
        """Record them together, or else one by one."""
        events = [waiting.event for waiting in batch]
        try:
            with self._database.write() as session:
                recorded = record(session, events, datetime.now(UTC))
        except Exception as error:
            if batch[-1].is_late:
                raise
            _log.debug("batch_failed", events=len(events), error=type(error).__name__)
            return self._record_one_by_one(events)
        self._complaint.over()
        return recorded

    def _record_one_by_one(self, events: Sequence[Event]) -> Sequence[Outcome | NotStored]:
        """The same again with a savepoint each, so that a bad one does not sink the others."""
        results: list[Outcome | NotStored] = []
        with self._database.write() as session:
            for event in events:
                try:
                    with session.begin_nested():
                        results += record(session, [event], datetime.now(UTC))
                except Exception as error:
                    if not is_whole(session):
                        raise  # the disk is full: those before it have sunk too
                    self._complaint.tell(error, kind=type(event).__name__)
                    results.append(NotStored("the database did not take it"))
        return results


def _answer(batch: Sequence[_Waiting], results: Sequence[Outcome | NotStored]) -> None:
    for waiting, result in zip(batch, results, strict=True):
        if waiting.answer.done():
            continue  # its client went away; the event is recorded all the same
        if isinstance(result, NotStored):
            waiting.answer.set_exception(result)
        else:
            waiting.answer.set_result(result)
