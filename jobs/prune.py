"""Old rows are deleted in small batches."""

import time
from datetime import UTC, datetime, timedelta

import structlog

from models.database.engine import Database
from models.operating import retention
from models.operating.retention import RetentionRule
from models.settings import Settings

# Between two batches everyone else goes first, for longer on a slow disk.
_PAUSE = timedelta(seconds=0.05)
_PAUSES = 4  # times as long as the batch took

_log = structlog.get_logger()


def prune(database: Database, settings: Settings, pause: timedelta = _PAUSE) -> None:
    """Delete all whose time is over.

    Where that is more than one run can do, the next one goes on.
    """
    for rule in retention.rules(settings):
        if rows := _prune(database, rule, pause):
            _log.info("pruned", table=rule.table, rows=rows, older_than_days=rule.days)


def _prune(database: Database, rule: RetentionRule, pause: timedelta) -> int:
    now, rows = datetime.now(UTC), 0
    while keys := _oldest(database, rule, now):
        started = time.monotonic()
        with database.write() as session:
            retention.delete(session, rule, keys)
        rows += len(keys)
        time.sleep(max(pause.total_seconds(), _PAUSES * (time.monotonic() - started)))
    return rows


def _oldest(database: Database, rule: RetentionRule, now: datetime) -> retention.Keys:
    with database.read() as session:
        return retention.oldest(session, rule, now)
