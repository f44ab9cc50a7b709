"""Digests and reminders, when they are due."""

from datetime import UTC, datetime

import structlog

from models.database.engine import Database
from models.events.silence import DigestsDue, RemindersDue
from models.record import record

# Few at a time, so that the intake never waits long for the database.
BATCH = 10

_log = structlog.get_logger()


def send_digests(database: Database) -> None:
    """Record the digests that are due, batch by batch, until nothing is left."""
    _until_done(database, DigestsDue(limit=BATCH), "digests_settled")


def remind(database: Database) -> None:
    """Record the reminders that are due, batch by batch, until nothing is left."""
    _until_done(database, RemindersDue(limit=BATCH), "reminders_sent")


def _until_done(database: Database, due: DigestsDue | RemindersDue, what: str) -> None:
    while True:
        with database.write() as session:
            (outcome,) = record(session, [due], datetime.now(UTC))
        if outcome.number:
            _log.info(what, count=outcome.number)
        if outcome.number < due.limit:
            return
