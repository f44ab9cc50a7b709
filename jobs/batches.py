"""Records what is due in batches, each in a transaction of its own, so that the intake never waits long."""

from datetime import UTC, datetime

import structlog

from models.database.engine import Database
from models.events import MutesOver
from models.events.silence import BranchesLeft, Overdue, RemindersDue
from models.record import record

Due = BranchesLeft | MutesOver | Overdue | RemindersDue

_log = structlog.get_logger()


def record_all_due(database: Database, due: Due, done: str) -> None:
    """Record it batch by batch, `limit` at a time, until nothing is left; log how many were `done` in each."""
    while True:
        with database.write() as session:
            (outcome,) = record(session, [due], datetime.now(UTC))
        if outcome.number:
            _log.info(done, count=outcome.number)
        if outcome.number < due.limit:
            return
