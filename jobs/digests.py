"""Digests and reminders, when they are due."""

from datetime import UTC, datetime
from functools import cache

import structlog

from jobs.batches import record_all_due
from models.database.engine import Database
from models.events.silence import DigestsDue, RemindersDue
from models.queries.upgrades import Blockers, blockers
from models.record import record
from models.recording.telling.digests import due_digests

BATCH = 10
# Incidents that people are reminded of at once, so that they get one message of all.
_REMINDED = 500

_log = structlog.get_logger()


def send_digests(database: Database) -> None:
    """Record the digests that are due, batch by batch, until nothing is left."""

    @cache
    def in_the_way() -> Blockers:
        with database.read() as session:
            return blockers(session, datetime.now(UTC))

    while True:
        now = datetime.now(UTC)
        with database.read() as session:
            due = due_digests(session, now, in_the_way, BATCH)
        if not due:
            return
        with database.write() as session:
            (outcome,) = record(session, [DigestsDue(due)], now)
        _log.info("digests_settled", count=outcome.number)


def remind(database: Database) -> None:
    """Record the reminders that are due, until nothing is left."""
    record_all_due(database, RemindersDue(limit=_REMINDED), "reminders_sent")
