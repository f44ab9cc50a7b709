"""Digests and reminders, when they are due."""

from jobs.batches import record_all_due
from models.database.engine import Database
from models.events.silence import DigestsDue, RemindersDue

BATCH = 10
# Incidents that people are reminded of at once, so that they get one message of all.
_REMINDED = 500


def send_digests(database: Database) -> None:
    """Record the digests that are due, until nothing is left."""
    record_all_due(database, DigestsDue(limit=BATCH), "digests_settled")


def remind(database: Database) -> None:
    """Record the reminders that are due, until nothing is left."""
    record_all_due(database, RemindersDue(limit=_REMINDED), "reminders_sent")
