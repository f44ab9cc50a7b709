"""Mutes whose time is up end, and say what they hid."""

from datetime import UTC, datetime

import structlog

from models.database.engine import Database
from models.events import MutesOver
from models.record import record

# Few at a time, so that the intake never waits long for the database.
BATCH = 50

_log = structlog.get_logger()


def end_mutes(database: Database) -> None:
    """Record the mutes that are over, batch by batch, until nothing is left."""
    while True:
        with database.write() as session:
            (outcome,) = record(session, [MutesOver(limit=BATCH)], datetime.now(UTC))
        if outcome.number:
            _log.info("mutes_over", count=outcome.number)
        if outcome.number < BATCH:
            return
