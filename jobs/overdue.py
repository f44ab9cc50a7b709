"""Verdicts that nobody confirmed for too long turn unknown."""

from jobs.batches import record_all_due
from models.database.engine import Database
from models.events.silence import Overdue

BATCH = 200


def turn_overdue_unknown(database: Database) -> None:
    """Record what has fallen silent, until nothing is left."""
    record_all_due(database, Overdue(limit=BATCH), "verdicts_overdue")
