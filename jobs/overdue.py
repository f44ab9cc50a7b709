"""Verdicts that nobody confirmed for too long turn unknown."""

from datetime import UTC, datetime

import structlog

from models.database.engine import Database
from models.events.silence import Overdue
from models.record import record

# Few at a time, so that the intake never waits long for the database.
BATCH = 200

_log = structlog.get_logger()


def turn_overdue_unknown(database: Database) -> None:
    """Record what has fallen silent, batch by batch, until nothing is left."""
    while True:
        with database.write() as session:
            (outcome,) = record(session, [Overdue(limit=BATCH)], datetime.now(UTC))
        if outcome.number:
            _log.info("verdicts_overdue", count=outcome.number)
        if outcome.number < BATCH:
            return
