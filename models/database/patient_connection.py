"""Connections to PostgreSQL that give up a server that does not answer, and what each listens to.

Psycopg takes some 8 MB a process, so that this is imported only where the database is PostgreSQL's.
"""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import psycopg
import sqlalchemy
from psycopg import errors
from psycopg.abc import PQGen

_LOOK_SECONDS = 0.5

Result = TypeVar("Result")


class PatientConnection(psycopg.Connection[Any]):
    """A connection that is closed when an answer takes longer than `patience` seconds."""

    patience: float = 60.0

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
        """Run a statement that is spelt as the server takes it, which Psycopg need not read."""
        return psycopg.RawCursor(self).execute(statement, values)


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
