"""What it takes to tell many channels of one incident: the writing transaction from the report to the commit."""

import sqlite3
import statistics
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from rich.table import Table
from sqlmodel import Session, col, select

from bench.stage import PLUGINS, Backend
from models.database.engine import Database
from models.events import GuardReport, Observation, Reporter
from models.record import record
from models.rules.kinds import SiteKind
from models.rules.status import Verdict
from models.tables import ApiKey, Destination, Subscription, Workspace

LISTENERS = 200
TURNS = 30
# Each plugin breaks in a way of its own, for alike ones would be told as one outbreak.
_ERROR = "NoMethodError: undefined method `{}' for Plugin::Instance"


def measure(backend: Backend) -> Table:
    """A table of the time and the statements that an incident's beginning and its end take."""
    table = Table(
        title=f"An incident that {LISTENERS} channels hear of, on {backend.name}",
        title_justify="left",
    )
    for heading in ("what happens", "p50 ms", "worst ms", "statements"):
        table.add_column(heading, justify="right")
    with closing(Database(backend.fresh().url)) as database:
        reporter = _prepare(database)
        for name, verdict, sha in (
            ("works", Verdict.COMPATIBLE, "a"),
            ("breaks", Verdict.INCOMPATIBLE, "b"),
        ):
            _turn(database, reporter, name, verdict, sha, TURNS)
        for name, verdict, sha in (
            ("breaks", Verdict.INCOMPATIBLE, "c"),
            ("is fixed", Verdict.COMPATIBLE, "d"),
        ):
            seconds, statements = _turn(database, reporter, name, verdict, sha, 0)
            p50, worst = statistics.median(seconds) * 1000, max(seconds) * 1000
            table.add_row(name, f"{p50:.1f}", f"{worst:.1f}", str(statements))
    return table


def _prepare(database: Database) -> Reporter:
    now = datetime.now(UTC)
    with database.write() as session:
        session.add(Workspace(platform="slack", workspace="T1", admitted_at=now))
        places = [
            Destination(platform="slack", address=f"C{n}", name=f"#c{n}", workspace="T1")
            for n in range(LISTENERS)
        ]
        session.add_all(places)
        session.flush()
        session.add_all(Subscription(destination_id=place.id or 0) for place in places)
        key = session.exec(select(ApiKey.id).order_by(col(ApiKey.id))).first()
    return Reporter(key or 0, SiteKind.CANARY, "canary.example.com")


def _turn(
    database: Database, reporter: Reporter, name: str, verdict: Verdict, sha: str, first: int
) -> tuple[list[float], int]:
    """Report so of one plugin after another; return how long each took, and the statements of the last."""
    seconds: list[float] = []
    statements: list[int] = []
    for n in range(first, first + TURNS):
        handle = PLUGINS[n]
        message = (
            _ERROR.format(chr(97 + n % 26) * (3 + n // 26))
            if verdict is Verdict.INCOMPATIBLE
            else ""
        )
        seen = Observation(handle, handle, "main", sha * 40, verdict, message=message)
        report = GuardReport(reporter, "tests-passed", f"{name}{n}", (seen,))
        started = time.perf_counter()
        with database.write() as session, counting(session) as counted:
            record(session, [report], datetime.now(UTC) + timedelta(days=n))
        seconds.append(time.perf_counter() - started)
        statements.append(len(counted))
    return seconds, statements[-1]


@contextmanager
def counting(session: Session) -> Iterator[list[Any]]:
    """What is sent to the database within, by whatever way."""
    counted: list[Any] = []
    driver = session.connection().connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        driver.set_trace_callback(counted.append)
        yield counted
        driver.set_trace_callback(None)
    elif isinstance(driver, psycopg.Connection):

        class Counting(psycopg.Cursor[Any]):
            def execute(self, *arguments: Any, **more: Any) -> Any:
                counted.append(arguments[0])
                return super().execute(*arguments, **more)

        class CountingRaw(psycopg.RawCursor[Any]):
            def execute(self, *arguments: Any, **more: Any) -> Any:
                counted.append(arguments[0])
                return super().execute(*arguments, **more)

        before = driver.cursor_factory, psycopg.RawCursor
        # `bulk` makes cursors of its own kind, whatever the connection would make.
        driver.cursor_factory, psycopg.RawCursor = Counting, CountingRaw  # type: ignore[misc]  # classes, put back below
        try:
            yield counted
        finally:
            driver.cursor_factory, psycopg.RawCursor = before  # type: ignore[misc]  # classes, put back below
