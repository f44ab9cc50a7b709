"""A thread that writes: it takes what waits together, commits once, and wakes whoever waits for that."""

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from models.complaint import Complaint
from models.database.engine import Database, OthersDecideError, is_whole, never_wait
from models.events import Event, GuardReport, Outcome
from models.events.canary import CanaryReport
from models.record import record
from webhooks.operating import metrics
from webhooks.recording.accounts import Accounts
from webhooks.recording.queues import Queue, Submitted, Turns, is_strangers, key_of, work
from webhooks.refusal import Refusal

_log = structlog.get_logger()


class NotStored(Exception):  # noqa: N818 - it is what the sender is told
    """The event could not be stored; its sender must hear a 5xx. The message says why, in words for an operator."""


class Writer:
    """Blocks on the first event, takes what else waits in its queue, commits once and wakes all the waiting requests
    with a single call into their loop. There is no timer: a batch is what arrived while the last one was committed.

    One that `hands_over` waits for nobody else who changes states: what would, is handed to another writer.
    """

    def __init__(
        self,
        database: Database,
        turns: Turns,
        clock: Callable[[], datetime],
        accounts: Accounts,
        hands_over: Callable[[Submitted], None] | None = None,
    ) -> None:
        self._hands_over = hands_over
        self._database = database
        self._turns = turns
        self._clock = clock
        self._accounts = accounts
        self._arrived = threading.Event()
        self._ends = False
        self._complaint = Complaint("events_not_stored")
        self._thread = threading.Thread(target=self._run, name="intake", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def wake(self, queue: Queue) -> None:
        """Something waits in this queue, which may be one of its own."""
        # Setting it takes a lock, and is in vain while the thread is busy: it looks again before it waits.
        if queue in self._turns and not self._arrived.is_set():
            self._arrived.set()

    def stop(self) -> None:
        """Write what still waits, then end. Blocks until it is done."""
        self._ends = True
        self._arrived.set()
        self._thread.join()

    def _run(self) -> None:
        while batch := self._next():
            fresh = [waiting for waiting in batch if not waiting.is_late]
            # That a stranger waited too long is no loss that anybody need look at.
            if not is_strangers(batch[0].event):
                metrics.NOT_STORED.inc(len(batch) - len(fresh))
            if admitted := self._admitted(fresh):
                self._write(admitted)

    def _admitted(self, batch: Sequence[Submitted]) -> Sequence[Submitted]:
        """Those whose key has not taken too much while they waited; the others are told."""
        admitted: list[Submitted] = []
        for waiting in batch:
            refusal = self._accounts.refusal(key_of(waiting.event))
            if refusal and not isinstance(waiting.event, GuardReport):
                _tell([waiting], [refusal])
            else:
                admitted.append(self._bounded(waiting, refusal))
        return admitted

    def _bounded(self, waiting: Submitted, refusal: Refusal | None) -> Submitted:
        """The same, with what its key has left. Of a report of one that took too much what works as before is taken: it
        costs next to nothing, and its server is seen.
        """
        event, key_id = waiting.event, key_of(waiting.event)
        if key_id is None or not isinstance(event, GuardReport | CanaryReport):
            return waiting
        most_new = self._accounts.new_names(key_id)
        if refusal is None and most_new == event.most_new:
            return waiting
        if isinstance(event, CanaryReport):
            return waiting._replace(event=replace(event, most_new=most_new))
        put_off = refusal.reason if refusal else None
        return waiting._replace(event=replace(event, most_new=most_new, put_off=put_off))

    def _next(self) -> list[Submitted]:
        """What is written next, once there is something; nothing when all is written and no more will come."""
        while True:
            self._arrived.clear()
            if batch := self._turns.take():
                return batch
            if self._ends:
                return []
            self._arrived.wait()

    def _write(self, batch: Sequence[Submitted]) -> None:
        results: Sequence[Outcome | NotStored]
        began, spent = time.monotonic(), time.thread_time()
        try:
            results = self._record(batch)
        except OthersDecideError:
            self._hand_over(batch)
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, every sender must be told, and the thread must live
            self._complaint.tell(error, events=len(batch))
            results = [NotStored("the database did not take it")] * len(batch)
        metrics.written(results)
        metrics.BATCH_SECONDS.observe(time.monotonic() - began)
        self._charge(batch, results, time.thread_time() - spent)
        _tell(batch, results)

    def _charge(
        self, batch: Sequence[Submitted], results: Sequence[Outcome | NotStored], seconds: float
    ) -> None:
        self._accounts.charge(seconds, _work_of(batch, results))
        for waiting, result in zip(batch, results, strict=True):
            key_id = key_of(waiting.event)
            if key_id is not None and isinstance(result, Outcome) and result.new:
                self._accounts.charge_new_names(key_id, result.new)

    def _hand_over(self, batch: Sequence[Submitted]) -> None:
        """Find those that have to wait for others by halves, and record the rest."""
        if self._hands_over and len(batch) == 1:
            self._hands_over(batch[0])
            return
        half = len(batch) // 2
        self._write(batch[:half])
        self._write(batch[half:])

    def _record(self, batch: Sequence[Submitted]) -> Sequence[Outcome | NotStored]:
        """Record them together, or else one by one."""
        events = [waiting.event for waiting in batch]
        try:
            with self._database.write() as session:
                if self._hands_over:
                    never_wait(session)
                recorded = record(session, events, self._clock())
        except OthersDecideError:
            raise
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


def _work_of(
    batch: Sequence[Submitted], results: Sequence[Outcome | NotStored]
) -> Mapping[int, int]:
    """How much of the batch's work was each key's, roughly."""
    found: Counter[int] = Counter()
    for waiting, result in zip(batch, results, strict=True):
        key_id = key_of(waiting.event)
        if key_id is not None:
            found[key_id] += work(
                waiting.event, result.number if isinstance(result, Outcome) else 0
            )
    return +found


def _tell(batch: Sequence[Submitted], results: Sequence[Outcome | Exception]) -> None:
    with contextlib.suppress(RuntimeError):  # the loop is gone, and with it those who wait
        batch[0].loop.call_soon_threadsafe(_answer, batch, results)


def _answer(batch: Sequence[Submitted], results: Sequence[Outcome | Exception]) -> None:
    for waiting, result in zip(batch, results, strict=True):
        if waiting.answer.done():
            continue  # its client went away; the event is recorded all the same
        if isinstance(result, Exception):
            waiting.answer.set_exception(result)
        else:
            waiting.answer.set_result(result)
