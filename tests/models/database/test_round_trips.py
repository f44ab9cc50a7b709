"""How often a transaction waits for PostgreSQL, as libpq's own trace of the connection counts it."""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from models import outbox
from models.database import bulk
from models.database.engine import Database, Session, be_alone
from models.database.patient_connection import PatientConnection
from tests.postgresql import Copies

_RENAME = "UPDATE plugin SET name = name WHERE id = :id"


def _reads_once(session: Session) -> None:
    with bulk.pipelined(session, into_next=True):
        bulk.run(session, _RENAME, id=1)
        bulk.run(session, _RENAME, id=2)
    be_alone(session)
    with bulk.pipelined(session, into_next=True):
        bulk.run(session, _RENAME, id=3)
    bulk.run(session, "SELECT count(*) FROM plugin")
    with bulk.pipelined(session, into_next=True):
        bulk.run(session, _RENAME, id=4)
    with bulk.pipelined(session, into_next=True):
        bulk.run(session, _RENAME, id=5)


def _reads_first(session: Session) -> None:
    bulk.run(session, "SELECT count(*) FROM plugin")


def _looks_whether_something_is_due(session: Session) -> None:
    outbox.next_due(session, ["local"], datetime.now(UTC))


@pytest.mark.parametrize("working", [_reads_once, _reads_first, _looks_whether_something_is_due])
def test_a_transaction_waits_only_for_what_it_reads_and_for_its_end(
    copies: Copies, tmp_path: Path, working: Callable[[Session], None]
) -> None:
    url = copies.create()
    with closing(Database(url)) as database, (tmp_path / "trace").open("w") as trace:
        with database.write() as session:
            driver = session.connection().connection.driver_connection
            working(session)
        assert isinstance(driver, PatientConnection)
        driver.pgconn.trace(trace.fileno())
        with database.write() as session:
            working(session)
        driver.pgconn.untrace()
    copies.drop(url)
    said = (tmp_path / "trace").read_text()
    assert said.count("ReadyForQuery") == len(["what is read", "the end"])
