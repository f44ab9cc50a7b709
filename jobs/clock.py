"""The clock: looks once a second which slots are due, claims them, and hands them to the workers."""

import contextlib
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import structlog

from jobs.entry import Entry
from jobs.ticker import Ticker
from jobs.workers import WorkerGoneError, Workers
from models.database.engine import Database
from models.operating import slots
from models.operating.clock_steps import ClockWatch
from models.operating.slots import JobDescription, SlotClaim
from models.rules.slots import Ended

# Supervisors kill after five seconds.
_SECONDS_TO_FINISH = 3

_log = structlog.get_logger()


@contextlib.contextmanager
def ticking(
    database: Database,
    table: Sequence[Entry],
    workers: Workers,
    *,
    seconds: float = 1,
    lease_time: timedelta = slots.LEASE_TIME,
) -> Iterator[None]:
    """Run the table's jobs when they are due, looking every so many seconds, until the block ends."""
    clock = Clock(database, table, workers, lease_time)
    clock.put_up()
    _log.info("clock_started", jobs=clock.names)
    ticker = Ticker(clock, seconds)
    ticker.start()
    try:
        yield
    finally:
        ticker.shutdown()
        clock.stop()


class Clock:
    """Runs the table's jobs, each at most once at a time among all processes, and none in the way of another."""

    def __init__(
        self,
        database: Database,
        table: Sequence[Entry],
        workers: Workers,
        lease_time: timedelta = slots.LEASE_TIME,
    ) -> None:
        self._database = database
        self._table = table
        self._workers = workers
        self._lease_time = lease_time
        self._running: set[threading.Thread] = set()
        self._deaf = False
        self._watch = ClockWatch()

    @property
    def names(self) -> list[str]:
        """The jobs of the table."""
        return [entry.name for entry in self._table]

    def was_set(self) -> bool:
        """Whether the time of day was set since this was asked last."""
        return self._watch.look()

    def put_up(self) -> None:
        """Write the table down, for people to read."""
        lines = [
            JobDescription(entry.name, str(entry.trigger), entry.limit) for entry in self._table
        ]
        with self._database.write() as session:
            slots.put_up(session, lines, datetime.now(UTC))

    def tick(self) -> None:
        """Begin whatever is due. A database that is away is asked again at the next tick."""
        try:
            self._begin_due(datetime.now(UTC))
        except Exception as error:  # noqa: BLE001 - the clock must not stop; it says once that it cannot tick
            if not self._deaf:
                _log.exception("clock_cannot_tick", error=type(error).__name__)
            self._deaf = True
        else:
            self._deaf = False

    def run_now(self, entry: Entry) -> Ended | None:
        """Run the job at once, and wait for its end; None when it runs already."""
        return self._workers.run(entry, lambda: self._claim(entry, datetime.now(UTC)))

    def stop(self) -> None:
        """Let what runs come to its end, for as long as a supervisor waits; another process takes the rest over."""
        deadline = time.monotonic() + _SECONDS_TO_FINISH
        for thread in list(self._running):
            thread.join(max(0, deadline - time.monotonic()))
        self._workers.stop()
        for thread in list(self._running):
            thread.join()

    def _begin_due(self, now: datetime) -> None:
        with self._database.read() as session:
            standing = slots.standing(session)
        # After a suspend the lease of what runs here is over by the clock, and renewed as soon as
        # its process wakes up.
        here = {thread.name for thread in list(self._running)}
        is_settled = self._watch.is_settled(self._lease_time)
        for entry in self._table:
            job = standing.get(entry.name) if entry.name not in here else None
            if job is None or (job.lease and not is_settled):
                continue  # a clock that was just set tells nothing of others' leases
            newest, following = entry.trigger.newest(now), entry.trigger.following(now)
            slot = slots.due(job, newest, following, now, self._lease_time)
            if slot:
                thread = threading.Thread(
                    target=self._run, args=(entry, slot), name=entry.name, daemon=True
                )
                self._running.add(thread)
                thread.start()

    def _claim(self, entry: Entry, slot: datetime) -> SlotClaim | None:
        now = datetime.now(UTC)
        with self._database.write() as session:
            return slots.claim(
                session,
                entry.name,
                slot,
                now,
                until=now + self._lease_time,
                next_at=entry.trigger.following(now),
            )

    def _run(self, entry: Entry, slot: datetime) -> None:
        try:
            if ended := self._workers.run(entry, lambda: self._claim(entry, slot)):
                _log.debug("job_ended", job=entry.name, slot=slot.isoformat(), outcome=ended)
        except WorkerGoneError:
            _log.warning("job_not_begun", job=entry.name)  # it is tried again at the next tick
        except Exception:  # noqa: BLE001 - its lease runs out, and the slot is taken over
            _log.exception("job_not_noted", job=entry.name)
        finally:
            self._running.discard(threading.current_thread())
