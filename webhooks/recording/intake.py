"""Group commit: requests that wait together are recorded in one transaction and answered once it is durable."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from datetime import datetime

from models.database.engine import Database
from models.events import Event, Outcome
from models.events.key_limits import KeyBeyond
from models.rules.key_limits import KeyLimit
from webhooks.operating import metrics
from webhooks.recording.accounts import Accounts
from webhooks.recording.apart import RecorderApart
from webhooks.recording.batches import NotStored, RecorderHere, utc_now
from webhooks.recording.deadlines import Deadlines
from webhooks.recording.queues import Queue, Queues, Submitted, Turns, weight_of
from webhooks.recording.writer import Writer
from webhooks.workers.child import ChildProcess

# A sender hears within this time what became of its report, whatever the database does.
SECONDS_TO_ANSWER = 8.0


class Intake:
    """The queues in front of the threads that write.

    SQLite has one writer by nature, for which heartbeats and all else take turns. On PostgreSQL heartbeats, which
    disturb nobody, have a writer of their own, so that they wait for nothing else. It ends before the other one, to
    which it may hand something over.
    """

    def __init__(
        self,
        database: Database,
        seconds_to_answer: float = SECONDS_TO_ANSWER,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._seconds_to_answer = seconds_to_answer
        self._deadlines = Deadlines(seconds_to_answer)
        self.accounts = accounts = Accounts()
        others = beats = RecorderApart(database, RecorderHere(database, clock))
        if not database.is_sqlite:
            beats = RecorderApart(database, RecorderHere(database, clock, waits=False))
        self._recorders = dict.fromkeys((others, beats))
        self._queues = queues = Queues(beats, others, beats_wait=database.is_sqlite)
        if database.is_sqlite:
            turns = Turns([queues.heartbeats, queues.others], queues.strangers)
            self._writers = [Writer(turns, accounts)]
        else:
            self._writers = [
                Writer(Turns([queues.heartbeats]), accounts, self._hand_over),
                Writer(Turns([queues.others], queues.strangers), accounts),
            ]
        self._stopped = threading.Event()
        self._checkpoints = threading.Thread(
            target=database.checkpoint, args=(self._stopped,), name="checkpoints", daemon=True
        )

    def record_apart(self, start: Callable[[bool], ChildProcess]) -> None:
        """Let processes record that do `record_batches`, one for each writer.

        `start` is told whether it waits for others who change states.
        """
        for recorder in self._recorders:
            recorder.process = start(recorder.waits)

    def start(self) -> None:
        """Begin to write."""
        queues = self._queues
        keyed = metrics.INTAKE_WAITING.labels("keyed")
        keyed.set_function(lambda: len(queues.heartbeats) + len(queues.others))
        metrics.INTAKE_WAITING.labels("strangers").set_function(lambda: len(queues.strangers))
        for writer in self._writers:
            writer.start()
        self._checkpoints.start()

    def stop(self) -> None:
        """Write what still waits, then end. Blocks until it is done."""
        for writer in self._writers:
            writer.stop()
        self._stopped.set()
        self._checkpoints.join()

    async def submit(self, event: Event) -> Outcome:
        """Record the event; return once it is durable.

        Raises:
            NotStored: it is not stored, and the sender must be told so.
            Refusal: 429: while it waited, its key took too much of the writer's time.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Outcome] = loop.create_future()
        until = time.monotonic() + self._seconds_to_answer
        submitted = Submitted(event, weight_of(event), answer, loop, until)
        queue = self._queues.queue_of(submitted)
        if len(queue) >= queue.most:
            raise NotStored(f"{queue.most:,} reports are waiting for the database already")
        self._add(queue, submitted)
        return await self._deadlines.answered(answer)

    async def admit(self, key_id: int) -> None:
        """Let the key report.

        Raises:
            Refusal: 429: it has to wait first, and how long.
        """
        if refusal := self.accounts.refusal(key_id):
            await self.note_beyond(key_id, KeyLimit.TIME)
            raise refusal

    async def note_beyond(self, key_id: int, limit: KeyLimit) -> None:
        """Let people be told that the key used this up, and note now and then that it still does."""
        if self.accounts.is_to_be_noted(key_id, limit):
            # What is not stored will be noted again, and the sender is told in any case.
            with contextlib.suppress(NotStored):
                await self.submit(KeyBeyond(key_id, limit))

    def _hand_over(self, submitted: Submitted) -> None:
        """Let a heartbeat that is none, for it changes a state, wait with all else."""
        self._add(self._queues.others, submitted)

    def _add(self, queue: Queue, submitted: Submitted) -> None:
        queue.add(submitted)
        for writer in self._writers:
            writer.wake(queue)
