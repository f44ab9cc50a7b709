"""An alert that is rehearsed: all of its way is walked, and nothing of it stands."""

from datetime import datetime

import pytest
from sqlmodel import SQLModel, select

from models.database import bulk
from models.database.engine import Database
from models.record import record
from models.rehearsing import _report, rehearse
from models.tables import Incident

# On SQLite nothing is rehearsed.
pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def _stands(database: Database) -> dict[str, int]:
    """How many rows each table has."""
    with database.read() as session:
        return {
            name: session.connection()
            .exec_driver_sql(f'SELECT count(*) FROM "{name}"')
            .scalar_one()
            for name in SQLModel.metadata.tables
        }


def test_nothing_of_it_stands_and_it_takes_no_number(database: Database, now: datetime) -> None:
    before = _stands(database)
    rehearse(database, now)
    rehearse(database, now)
    assert _stands(database) == before
    with database.write() as session:
        record(session, [_report(session, now)], now)
    with database.read() as session:
        assert session.exec(select(Incident.id)).all() == [1]


def test_its_statements_are_planned(database: Database, now: datetime) -> None:
    rehearse(database, now)
    with database.write() as session:
        planned = bulk.run(session, "SELECT statement FROM pg_prepared_statements")
    statements = [" ".join(statement.split()) for (statement,) in planned]
    for table in ("report", "incident", "story_entry", "status", "outbox"):
        assert any(each.startswith(f"INSERT INTO {table} ") for each in statements), table
