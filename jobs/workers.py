"""The processes that run the jobs: one a job, which ends with it, and is killed when it takes too long."""

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection

import structlog

from jobs.entry import Entry
from jobs.fork_server import ForkServer
from models.database.engine import Database
from models.operating import slots
from models.operating.slots import SlotClaim
from models.rules.slots import Ended

# What is due beyond that waits unclaimed, and another jobs process may take it.
_MOST = 20
_SECONDS_TO_START = 60

_log = structlog.get_logger()


class WorkerGoneError(Exception):
    """The process ended in the middle of the job."""


class _Worker:
    """One process, for one job."""

    def __init__(self, orders: Connection) -> None:
        self._orders = orders
        self._pid = 0

    def begin(self) -> None:
        """Wait until it is ready.

        Raises:
            WorkerGoneError: it did not start.
        """
        try:
            self._pid = self._first_word()
            self._first_word()
        except (EOFError, ConnectionError, TimeoutError) as error:
            raise WorkerGoneError from error

    def _first_word(self) -> int:
        """Its number, which it says as soon as it can be killed, and again when it is ready."""
        if not self._orders.poll(_SECONDS_TO_START):
            raise TimeoutError
        pid: int = self._orders.recv()
        return pid

    def run(self, held: SlotClaim, limit: timedelta) -> Ended:
        """Run the claimed slot.

        Raises:
            TimeoutError: it takes longer than its limit.
            WorkerGoneError: the process ended.
        """
        try:
            self._orders.send(held)
            if not self._orders.poll(limit.total_seconds()):
                raise TimeoutError
            ended: Ended = self._orders.recv()
        except (EOFError, ConnectionError) as error:
            raise WorkerGoneError from error
        return ended

    def kill(self) -> None:
        """End the process, and whatever it started, now."""
        if self._pid:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._pid, signal.SIGKILL)
            self._wait_for_end()

    def _wait_for_end(self) -> None:
        with contextlib.suppress(EOFError, OSError):
            while True:
                self._orders.recv()

    def close(self) -> None:
        """Let the process end, with whatever it left running."""
        self._orders.close()


class Workers:
    """Runs claimed slots, each in a process of its own from a server of those that `work`."""

    def __init__(self, database: Database, server: ForkServer) -> None:
        self._database = database
        self._server = server
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
            busy = list(self._busy)
        for worker in busy:
            worker.kill()
        self._server.stop()

    @contextlib.contextmanager
    def _worker(self) -> Iterator[_Worker]:
        with self._room:
            worker = self._started()
            try:
                worker.begin()
                self._refuse_when_stopped()
                yield worker
            except BaseException:
                worker.kill()
                raise
            finally:
                with self._lock:
                    self._busy.discard(worker)
                worker.close()

    def _started(self) -> _Worker:
        with self._lock:
            self._refuse_when_stopped()
            worker = _Worker(self._server.start())
            self._busy.add(worker)
        return worker

    def _refuse_when_stopped(self) -> None:
        if self._stopped:
            raise WorkerGoneError

    def _note(self, held: SlotClaim, outcome: Ended, error: str | None = None) -> Ended:
        now = datetime.now(UTC)
        with self._database.write() as session:
            if self._stopped:
                slots.release(session, held, now)
                return Ended.LOST
            return outcome if slots.finish(session, held, outcome, now, error) else Ended.LOST
