"""Old rows are deleted in small batches."""

import time
from datetime import UTC, datetime, timedelta

import structlog

from models import retention
from models.database import Database

# Between two batches the intake goes first.
_PAUSE_SECONDS = 0.05

_log = structlog.get_logger()


def prune(database: Database, days: int) -> None:
    """Delete the reports, statistics and finished announcements that are older than `days`."""
    before = datetime.now(UTC) - timedelta(days=days)
    for table in retention.PRUNED:
        total = 0
        while deleted := _prune_batch(database, table, before):
            total += deleted
            time.sleep(_PAUSE_SECONDS)
        if total:
            _log.info("pruned", table=table, rows=total)


def _prune_batch(database: Database, table: str, before: datetime) -> int:
    with database.write() as session:
        return retention.prune(session, table, before)
