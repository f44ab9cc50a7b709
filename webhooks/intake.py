"""Group commit: requests that wait together are recorded in one transaction and answered once it is durable."""

import asyncio
import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import structlog

from models.complaint import Complaint
from models.database.engine import Database, is_whole
from models.events import Event, Outcome, Statistics
from models.events.key_requests import FileWanted, KeyAsked, KeyTaken
from models.record import record
from webhooks import metrics

# More than this many in one transaction gains nothing and makes the first of them wait for the last.
MOST_TOGETHER = 512
# Requests that may wait for the database before further ones are turned away with a 503.
MOST_WAITING = 5_000
# A sender hears within this time what became of its report, whatever the database does.
SECONDS_TO_ANSWER = 8.0
# What anyone may send without a key. It waits for all others, so that no Plugin Guard ever waits for more than one.
_STRANGERS = (Statistics, KeyAsked, FileWanted, KeyTaken)
MOST_STRANGERS_WAITING = 100

_log = structlog.get_logger()


def _utc_now() -> datetime:
    return datetime.now(UTC)


class NotStored(Exception):  # noqa: N818 - it is what the sender is told
    """The event could not be stored; its sender must hear a 5xx. The message says why, in words for an operator."""


class _Submitted(NamedTuple):
    event: Event
    answer: asyncio.Future[Outcome]
    loop: asyncio.AbstractEventLoop
    until: float

    @property
    def is_late(self) -> bool:
        """Whether its sender was told meanwhile that it is not stored."""
        return time.monotonic() > self.until


class Intake:
    """The two queues in front of the one thread that writes: one for senders with a key, and one for strangers.

    The thread blocks on the first event, drains what else waits, commits once and wakes all the waiting requests with a
    single call into their loop. There is no timer: a batch is whatever arrived while the last one was committed. A
    stranger's event is a batch of its own, taken when nobody with a key waits.
    """

    def __init__(
        self,
        database: Database,
        seconds_to_answer: float = SECONDS_TO_ANSWER,
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._clock = clock
        self._seconds_to_answer = seconds_to_answer
        self._database = database
        self._keyed: deque[_Submitted] = deque()
        self._strangers: deque[_Submitted] = deque()
        self._arrived = threading.Event()
        self._ends = False
        self._stopped = threading.Event()
        self._complaint = Complaint("events_not_stored")
        self._thread = threading.Thread(target=self._run, name="intake", daemon=True)
        self._checkpoints = threading.Thread(
            target=database.checkpoint, args=(self._stopped,), name="checkpoints", daemon=True
        )

    def start(self) -> None:
        """Begin to write."""
        metrics.INTAKE_WAITING.labels("keyed").set_function(lambda: len(self._keyed))
        metrics.INTAKE_WAITING.labels("strangers").set_function(lambda: len(self._strangers))
        self._thread.start()
        self._checkpoints.start()

    def stop(self) -> None:
        """Write what still waits, then end. Blocks until it is done."""
        self._ends = True
        self._arrived.set()
        self._thread.join()
        self._stopped.set()
        self._checkpoints.join()

    async def submit(self, event: Event) -> Outcome:
        """Record the event; return once it is durable.

        Raises:
            NotStored: it is not stored, and the sender must be told so.
        """
        waiting, most = self._queue(event)
        if len(waiting) >= most:
            raise NotStored(f"{most:,} reports are waiting for the database already")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Outcome] = loop.create_future()
        waiting.append(_Submitted(event, answer, loop, time.monotonic() + self._seconds_to_answer))
        self._arrived.set()
        try:
            async with asyncio.timeout(self._seconds_to_answer):
                return await answer
        except TimeoutError as error:
            raise NotStored("the database does not answer") from error

    def _queue(self, event: Event) -> tuple[deque[_Submitted], int]:
        """Where the event waits, and how many may wait there."""
        if isinstance(event, _STRANGERS):
            return self._strangers, MOST_STRANGERS_WAITING
        return self._keyed, MOST_WAITING

    def _run(self) -> None:
        while batch := self._next():
            fresh = [waiting for waiting in batch if not waiting.is_late]
            late = len(batch) - len(fresh)
            # That a stranger waited too long is no loss that anybody need look at.
            if not isinstance(batch[0].event, _STRANGERS):
                metrics.NOT_STORED.inc(late)
            if fresh:
                self._write(fresh)

    def _next(self) -> list[_Submitted]:
        """What is written next, once there is something; nothing when all is written and no more will come."""
        self._arrived.clear()
        while not (self._keyed or self._strangers):
            if self._ends:
                return []
            self._arrived.wait()
            self._arrived.clear()
        if not self._keyed:
            return [self._strangers.popleft()]
        return [self._keyed.popleft() for _ in range(min(len(self._keyed), MOST_TOGETHER))]

    def _write(self, batch: Sequence[_Submitted]) -> None:
        results: Sequence[Outcome | NotStored]
        began = time.monotonic()
        try:
            results = self._record(batch)
        except Exception as error:  # noqa: BLE001 - whatever it is, every sender must be told, and the thread must live
            self._complaint.tell(error, events=len(batch))
            results = [NotStored("the database did not take it")] * len(batch)
        metrics.written(results)
        metrics.BATCH_SECONDS.observe(time.monotonic() - began)
        with contextlib.suppress(RuntimeError):  # the loop is gone, and with it those who wait
            batch[0].loop.call_soon_threadsafe(_answer, batch, results)

    def _record(self, batch: Sequence[_Submitted]) -> Sequence[Outcome | NotStored]:
        """Record them together, or else one by one."""
        events = [waiting.event for waiting in batch]
        try:
            with self._database.write() as session:
                recorded = record(session, events, self._clock())
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
                        results += record(session, [event], self._clock())
                except Exception as error:
                    if not is_whole(session):
                        raise  # the disk is full: those before it have sunk too
                    self._complaint.tell(error, kind=type(event).__name__)
                    results.append(NotStored("the database did not take it"))
        return results


def _answer(batch: Sequence[_Submitted], results: Sequence[Outcome | NotStored]) -> None:
    for waiting, result in zip(batch, results, strict=True):
        if waiting.answer.done():
            continue  # its client went away; the event is recorded all the same
        if isinstance(result, NotStored):
            waiting.answer.set_exception(result)
        else:
            waiting.answer.set_result(result)
