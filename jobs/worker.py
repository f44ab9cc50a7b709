"""The process that runs jobs: it can be killed, and ends before another may take over its claim."""

import contextlib
import os
import select
import signal
import threading
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from time import monotonic
from types import TracebackType
from typing import Self

import structlog

from jobs.entry import Entry, Table
from models import log
from models.database.engine import LONG_PATIENCE, Database
from models.operating import slots
from models.operating.languages import learn_languages
from models.operating.slots import SlotClaim
from models.rules.slots import Ended
from models.settings import Settings

# The parent process ends a job at its limit, with its whole group. If the parent is stopped, this
# process ends it so much later.
_SLACK = timedelta(seconds=5)

_log = structlog.get_logger()


def work(orders: Connection, table: Table, lease_time: timedelta = slots.LEASE_TIME) -> None:
    """Run the claim that comes over `orders`, and answer how that ended.

    Before that it says its number twice: when it can be killed with all that it starts, and when
    it is ready.
    """
    os.setsid()  # a group of its own: what a job starts is killed with it
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    orders.send(os.getpid())
    threading.Thread(target=_die_with_parent, args=(orders,), name="parent", daemon=True).start()
    settings = Settings.load()
    log.configure(settings.log_level)
    learn_languages()
    database = Database(settings.database_url, LONG_PATIENCE)
    # Leases are renewed with less patience than jobs have, or they would run out meanwhile.
    leases = Database(settings.database_url)
    entries = {entry.name: entry for entry in table(database, settings)}
    orders.send(os.getpid())
    with contextlib.suppress(EOFError):  # when there was nothing to claim
        held: SlotClaim = orders.recv()
        orders.send(_run(leases, entries[held.job], held, lease_time))


def _run(database: Database, entry: Entry, held: SlotClaim, lease_time: timedelta) -> Ended:
    outcome = Ended.DONE
    error = None
    with _Hold(database, held, entry.limit + _SLACK, lease_time) as hold:
        try:
            entry.call()
        except Exception as failure:  # noqa: BLE001 - a job's failure is noted, and its next slot may go better
            _log.exception("job_failed", job=entry.name)
            outcome = Ended.FAILED
            error = type(failure).__name__
        hold.end_renewing()
        with database.write() as session:
            slots.finish(session, held, outcome, datetime.now(UTC), error)
    return outcome


class _Hold:
    """Keeps a claim while its job runs.

    The kernel ends this process when the lease or the longest time runs out. That holds for a
    process that was stopped too, before it does anything else, so two never run the same slot at
    once.
    """

    def __init__(
        self, database: Database, held: SlotClaim, longest: timedelta, lease_time: timedelta
    ) -> None:
        self._database = database
        self._held = held
        self._lease_time = lease_time
        self._end = monotonic() + longest.total_seconds()
        self._over = threading.Event()
        self._renewing = threading.Thread(target=self._renew, name="lease", daemon=True)

    def __enter__(self) -> Self:
        self._arm(self._held.until)
        self._renewing.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.end_renewing()
        signal.setitimer(signal.ITIMER_REAL, 0)

    def end_renewing(self) -> None:
        """Renew the lease no more."""
        self._over.set()
        self._renewing.join()

    def _arm(self, until: datetime) -> None:
        # By a clock that was set meanwhile, the lease may seem to be over, or to last for hours.
        left = min(
            max((until - datetime.now(UTC)).total_seconds(), 0.0),
            self._lease_time.total_seconds(),
            self._end - monotonic(),
        )
        signal.setitimer(signal.ITIMER_REAL, max(left, 1e-6))

    def _renew(self) -> None:
        while not self._over.wait(self._lease_time.total_seconds() / 3):
            until = datetime.now(UTC) + self._lease_time
            try:
                with self._database.write() as session:
                    kept = slots.renew(session, self._held, until)
            except Exception as error:  # noqa: BLE001 - it is tried again while the lease lasts
                _log.warning("lease_not_renewed", job=self._held.job, error=type(error).__name__)
                continue
            if not kept:
                _log.warning("lease_lost", job=self._held.job)
                _die()
            self._arm(until)


def _die_with_parent(orders: Connection) -> None:
    hung_up = select.poll()
    hung_up.register(orders, 0)  # that the other end is closed is always told
    hung_up.poll()
    _die()


def _die() -> None:
    os.killpg(0, signal.SIGKILL)
