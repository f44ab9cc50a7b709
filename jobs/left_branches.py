"""What is broken on branches that nobody runs any more is closed."""

from jobs.batches import record_all_due
from models.database.engine import Database
from models.events.silence import BranchesLeft

BATCH = 50


def close_left_branches(database: Database) -> None:
    """Record the branches that are left, until there is none."""
    record_all_due(database, BranchesLeft(limit=BATCH), "incidents_closed")
