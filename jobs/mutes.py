"""Mutes whose time is up end, and say what they hid."""

from jobs.batches import record_all_due
from models.database.engine import Database
from models.events import MutesOver

BATCH = 50


def end_mutes(database: Database) -> None:
    """Record the mutes that are over, until nothing is left."""
    record_all_due(database, MutesOver(limit=BATCH), "mutes_over")
