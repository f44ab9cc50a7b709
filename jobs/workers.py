"""The processes that run the jobs: started when they are needed, used again, and killed when a job takes too long."""

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import forkserver, resource_tracker

import structlog

from jobs.entry import Entry, Table
from jobs.worker import work
from models.database.engine import Database
from models.operating import slots
from models.operating.slots import SlotClaim
from models.rules.slots import Ended

# Processes fork from a server that has imported everything. A used one is kept, which spares the
# next job connecting; each takes some 40 MB, and those that run every few seconds need one.
_CONTEXT = multiprocessing.get_context("forkserver")
# Memory that a job leaks goes with its process.
_MOST_RUNS = 200
_IDLE = 1
# What is due beyond that waits unclaimed, and another jobs process may take it.
_MOST = 20
_SECONDS_TO_START = 60

# A supervisor sends these to all processes at once, but only the first one decides what ends when.
STOPS = {signal.SIGTERM, signal.SIGINT}

_log = structlog.get_logger()


class WorkerGoneError(Exception):
    """The process ended in the middle of the job."""


class _Worker:
    """One process, ready to take a job at a time.

    Raises:
        WorkerGoneError: it did not start.
    """

    def __init__(self, table: Table, lease_time: timedelta) -> None:
        self._orders, theirs = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=work, args=(theirs, table, lease_time), daemon=True)
        self._process.start()
        theirs.close()
        self.runs = 0
        if not self._orders.poll(_SECONDS_TO_START) or not self._is_ready():
            self.kill()
            raise WorkerGoneError

    def _is_ready(self) -> bool:
        try:
            return bool(self._orders.recv())
        except EOFError:
            return False

    def run(self, held: SlotClaim, limit: timedelta) -> Ended:
        """Run the claimed slot.

        Raises:
            TimeoutError: it takes longer than its limit.
            WorkerGoneError: the process ended.
        """
        self.runs += 1
        try:
            self._orders.send(held)
            if not self._orders.poll(limit.total_seconds()):
                raise TimeoutError
            ended: Ended = self._orders.recv()
        except (EOFError, ConnectionError) as error:
            raise WorkerGoneError from error
        return ended

    @property
    def is_alive(self) -> bool:
        """Whether it can take another job."""
        return self._process.is_alive()

    def kill(self) -> None:
        """End the process, and whatever it started, now."""
        if self._process.pid:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.join()

    def close(self) -> None:
        """Let the process end: it has nothing to do."""
        self._orders.close()
        self._process.join()


class Workers:
    """Runs claimed slots, each in a process of its own."""

    def __init__(
        self,
        database: Database,
        table: Table,
        entries: Sequence[Entry],
        lease_time: timedelta = slots.LEASE_TIME,
    ) -> None:
        called = {each.call.func.__module__ for each in entries if isinstance(each.call, partial)}
        _start_server([table.__module__, work.__module__, *sorted(called)])
        self._database = database
        self._table = table
        self._lease_time = lease_time
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._lock = threading.Lock()
        self._room = threading.Semaphore(_MOST)
        self._stopped = False

    def run(self, entry: Entry, claim: Callable[[], SlotClaim | None]) -> Ended | None:
        """SlotClaim a slot once a process is ready for it, run it to its end, and see to it that this is noted.

        None when nothing could be claimed.
        """
        with self._worker() as worker:
            held = claim()
            return self._run(worker, entry, held) if held else None

    def _run(self, worker: _Worker, entry: Entry, held: SlotClaim) -> Ended:
        try:
            return worker.run(held, entry.limit)
        except TimeoutError:
            worker.kill()
            _log.error("job_timed_out", job=entry.name, seconds=entry.limit.total_seconds())
            return self._note(held, Ended.TIMED_OUT)
        except WorkerGoneError as error:
            worker.kill()
            if not self._stopped:
                _log.error("job_died", job=entry.name)
            return self._note(held, Ended.FAILED, type(error).__name__)
        except KeyboardInterrupt as error:
            worker.kill()
            self._note(held, Ended.FAILED, type(error).__name__)
            raise

    def stop(self) -> None:
        """Kill what runs and let others take it over; nothing can be run any more."""
        with self._lock:
            self._stopped = True
            busy, idle = list(self._busy), self._idle
        for worker in (*busy, *idle):
            worker.kill()

    @contextlib.contextmanager
    def _worker(self) -> Iterator[_Worker]:
        with self._room:
            worker = self._idle_one() or _Worker(self._table, self._lease_time)
            try:
                self._begin(worker)
                yield worker
            except BaseException:
                worker.kill()
                raise
            finally:
                self._give_back(worker)

    def _idle_one(self) -> _Worker | None:
        with self._lock:
            if self._stopped:
                raise WorkerGoneError
            while self._idle:
                if (worker := self._idle.pop()).is_alive:
                    return worker
        return None

    def _begin(self, worker: _Worker) -> None:
        with self._lock:
            if self._stopped:
                raise WorkerGoneError
            self._busy.add(worker)

    def _give_back(self, worker: _Worker) -> None:
        with self._lock:
            self._busy.discard(worker)
            keep = (
                worker.is_alive
                and worker.runs < _MOST_RUNS
                and len(self._idle) < _IDLE
                and not self._stopped
            )
            if keep:
                self._idle.append(worker)
        if not keep:
            worker.close()

    def _note(self, held: SlotClaim, outcome: Ended, error: str | None = None) -> Ended:
        now = datetime.now(UTC)
        with self._database.write() as session:
            if self._stopped:
                slots.release(session, held, now)
                return Ended.LOST
            return outcome if slots.finish(session, held, outcome, now, error) else Ended.LOST


def _start_server(imported: list[str]) -> None:
    """Start the server that processes fork from, deaf to `STOPS`: what is blocked when it starts stays so."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    resource_tracker.ensure_running()  # it comes first, because it lets the signals through
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    _CONTEXT.set_forkserver_preload(imported)
    forkserver.ensure_running()
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
