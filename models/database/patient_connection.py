"""Connections to PostgreSQL that give up a server that does not answer, and what each listens to.

Psycopg takes some 8 MB a process, so that this is imported only where the database is PostgreSQL's.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from typing import Any, TypeVar

import psycopg
import sqlalchemy
from psycopg import errors
from psycopg.abc import PQGen
from psycopg.pq import PipelineStatus, TransactionStatus

_LOOK_SECONDS = 0.5
# After so long a rest it may be dead: servers are restarted, and what lies between forgets.
_REST_SECONDS = 60.0
# Plans of statements were perhaps made when the tables were empty: they are made again after so many seconds, and, as
# tables grow ever less by their own measure, then after twice as many, and so on.
_PLANS_LAST = 60.0
_PLANS_LAST_AT_MOST = 3_600.0

Result = TypeVar("Result")


class PatientConnection(psycopg.Connection[Any]):
    """A connection that is closed when an answer takes longer than `patience` seconds."""

    patience: float = 60.0
    # The pipeline of statements whose answers come with what is next.
    _waiting: ExitStack | None = None

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._used_at = self._planned_at = time.monotonic()
        self._plans_last = _PLANS_LAST

    def wait(
        self, gen: PQGen[Result], interval: float = 0.1, timeout: float | None = None
    ) -> Result:
        """Wait for the answer; called by the library wherever it waits."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self.patience)
        except errors._WaitTimeout as error:  # the library has no public name for it
            self.close()  # the answer may come yet, and nobody would know to what
            raise psycopg.OperationalError(
                f"the server did not answer within {self.patience:.0f} seconds"
            ) from error

    def run(self, statement: str, values: Sequence[object]) -> psycopg.RawCursor[Any]:
        """Run a statement that is spelt as the server takes it, which Psycopg need not read.

        The beginning of its transaction goes the same way, and what waits for it.
        """
        cursor = psycopg.RawCursor(self)
        begins = self.info.transaction_status is TransactionStatus.IDLE
        is_piped = self.pgconn.pipeline_status != PipelineStatus.OFF  # psycopg_c gives a number
        with self.pipeline() if begins and not is_piped else self._with_what_waits():
            # Nearly all of them are run again; Psycopg would let each be planned five times before it does so.
            return cursor.execute(statement, values, prepare=True)

    def _start_query(self) -> PQGen[None]:
        """Begin the transaction, in a pipeline together with its first statement: Psycopg would wait for that alone."""
        is_idle = self.info.transaction_status is TransactionStatus.IDLE
        if is_idle and self._pipeline and not self.autocommit:
            yield from self._exec_command(self._get_tx_start_command())
        else:
            yield from super()._start_query()

    def wake(self) -> None:
        """Look whether it still lives, if it rested, and let plans be made again, if they are old.

        Called when it is about to be used.

        Raises:
            psycopg.Error: it does not live any more.
        """
        now = time.monotonic()
        if now - self._planned_at > self._plans_last:
            self._planned_at = now
            self._plans_last = min(2 * self._plans_last, _PLANS_LAST_AT_MOST)
            self._run_alone("DISCARD PLANS")
        elif now - self._used_at > _REST_SECONDS:
            self._run_alone("SELECT 1")
        self._used_at = now

    def _run_alone(self, statement: str) -> None:
        self.execute(statement)
        self.commit()

    @contextmanager
    def pipeline_into_next(self) -> Iterator[None]:
        """What is run within is answered together with the next statement, or with the end of the transaction.

        What fails is raised there, and of what comes after it nothing is done.
        """
        with ExitStack() as stack:
            stack.enter_context(self._waiting or self.pipeline())
            self._waiting = None
            yield
            self._waiting = stack.pop_all()

    def run_into_next(self, statement: str) -> None:
        """Run a statement without values in the same way."""
        with self.pipeline_into_next():
            self.run(statement, ())

    def cursor(self, *arguments: Any, **named: Any) -> Any:
        """A cursor. What waits is answered before it is used."""
        self._be_answered()
        return super().cursor(*arguments, **named)

    def commit(self) -> None:
        """Commit, together with what waits."""
        if self._waiting is None:
            super().commit()
            return
        # Psycopg's own commit would be waited for by itself, and then the end of the pipeline.
        with self._with_what_waits():
            psycopg.RawCursor(self).execute("COMMIT", prepare=False)

    def rollback(self) -> None:
        """Roll back, whatever became of what waits.

        Where no statement failed, what is prepared stays so. Psycopg would forget all of it, as if the transaction had
        made tables, and each statement would be planned again.
        """
        with suppress(psycopg.Error):
            self._be_answered()
        if self.info.transaction_status is not TransactionStatus.INTRANS:
            super().rollback()
            return
        prepared, self._prepared = self._prepared, type(self._prepared)()
        try:
            super().rollback()
        finally:
            self._prepared = prepared

    def _be_answered(self) -> None:
        with self._with_what_waits():
            pass

    def _with_what_waits(self) -> AbstractContextManager[object]:
        waiting, self._waiting = self._waiting, None
        return waiting or nullcontext()


def listen(
    dsn: str, channel: str, changed: Callable[[], None], stop: threading.Event, seconds: float
) -> None:
    """Call `changed` when this listens to the channel, and at each notification, until `stop` is set.

    Raises:
        sqlalchemy.exc.DBAPIError: the server is away, or silent for `seconds`.
    """
    try:
        with PatientConnection.connect(dsn, autocommit=True) as connection:
            connection.patience = seconds
            connection.execute(f"LISTEN {channel}")
            changed()  # the server's return counts as a change
            while not stop.is_set():
                _hear(connection, changed, stop, seconds)
                # A way that swallows everything would else seem to be silence.
                connection.execute("SELECT 1")
    except psycopg.Error as error:
        raise sqlalchemy.exc.DBAPIError.instance(None, None, error, psycopg.Error) from error


def _hear(
    connection: PatientConnection,
    changed: Callable[[], None],
    stop: threading.Event,
    seconds: float,
) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not stop.is_set():
        for _ in connection.notifies(timeout=_LOOK_SECONDS, stop_after=1):
            changed()
