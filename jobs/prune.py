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
    """Delete what is older than `days`, or than the time that its table has of its own."""
    now = datetime.now(UTC)
    for table in retention.PRUNED:
        before = now - retention.KEPT.get(table, timedelta(days=days))
        total = 0
        while deleted := _prune_batch(database, table, before):
            total += deleted
            time.sleep(_PAUSE_SECONDS)
        if total:
            _log.info("pruned", table=table, rows=total)


def _prune_batch(database: Database, table: str, before: datetime) -> int:
    with database.write() as session:
        return retention.prune(session, table, before)
