"""A thread that writes: it takes what waits together, commits once, and wakes whoever waits for that."""

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from models.database.engine import OthersDecideError
from models.events import GuardReport, Outcome, StepsLeft
from models.events.canary import CanaryReport
from webhooks.operating import metrics
from webhooks.recording.accounts import Accounts
from webhooks.recording.batches import BatchRecorder, NotStored
from webhooks.recording.queues import (
    Queue,
    Submitted,
    Turn,
    Turns,
    is_strangers,
    key_of,
    work,
)
from webhooks.refusal import Refusal


class Writer:
    """Blocks on the first event, takes what else waits in its queue, commits once and wakes all the waiting requests
    with a single call into their loop. There is no timer: a batch is what arrived while the last one was committed.

    One that `hands_over` waits for nobody else who changes states: what would, is handed to another writer.
    """

    def __init__(
        self,
        turns: Turns,
        accounts: Accounts,
        hands_over: Callable[[Submitted], None] | None = None,
    ) -> None:
        self._hands_over = hands_over
        self._turns = turns
        self._accounts = accounts
        # What is stored, and told to its senders once it is announced.
        self._unannounced: list[tuple[Sequence[Submitted], Sequence[Outcome | NotStored]]] = []
        self._arrived = threading.Event()
        self._ends = False
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
        while turn := self._next():
            self._take(turn)
            if self._unannounced:
                if heartbeats := self._turns.take_first():
                    self._take(heartbeats)
                self._announce(turn.recorder)

    def _take(self, turn: Turn) -> None:
        """Write what of it is to be written."""
        batch = turn.batch
        fresh = [waiting for waiting in batch if not waiting.is_late]
        # That a stranger waited too long is no loss that anybody need look at.
        if not is_strangers(batch[0].event):
            metrics.NOT_STORED.inc(len(batch) - len(fresh))
        if admitted := self._admitted(fresh):
            self._write(Turn(turn.recorder, admitted))

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

    def _next(self) -> Turn | None:
        """What is written next, once there is something; nothing when all is written and no more will come."""
        while True:
            self._arrived.clear()
            if turn := self._turns.take():
                return turn
            if self._ends:
                return None
            self._arrived.wait()

    def _write(self, turn: Turn) -> None:
        recorder, batch = turn
        began = time.monotonic()
        try:
            written = recorder.write([waiting.event for waiting in batch], batch[-1].until)
        except OthersDecideError:
            self._hand_over(turn)
            return
        metrics.written(written.results)
        metrics.BATCH_SECONDS.observe(time.monotonic() - began)
        self._accounts.charge(written.seconds, _work_of(batch, written.results))
        self._charge_new_names(batch, written.results)
        if written.leaves:
            self._unannounced.append((batch, written.results))
        else:
            _tell(batch, written.results)

    def _announce(self, recorder: BatchRecorder) -> None:
        """Have announced what batches left, and tell their senders. They are answered well even if that fails: it is
        stored, and whatever is announced next brings it along.
        """
        left, self._unannounced = self._unannounced, []
        written = recorder.write([StepsLeft()], left[-1][0][-1].until)
        work: Counter[int] = Counter()
        for batch, results in left:
            work.update(_work_of(batch, results))
            _tell(batch, results)
        self._accounts.charge(written.seconds, work)

    def _charge_new_names(
        self, batch: Sequence[Submitted], results: Sequence[Outcome | NotStored]
    ) -> None:
        for waiting, result in zip(batch, results, strict=True):
            key_id = key_of(waiting.event)
            if key_id is not None and isinstance(result, Outcome) and result.new:
                self._accounts.charge_new_names(key_id, result.new)

    def _hand_over(self, turn: Turn) -> None:
        """Find those that have to wait for others by halves, and record the rest."""
        recorder, batch = turn
        if self._hands_over and len(batch) == 1:
            self._hands_over(batch[0])
            return
        half = len(batch) // 2
        self._write(Turn(recorder, batch[:half]))
        self._write(Turn(recorder, batch[half:]))


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
