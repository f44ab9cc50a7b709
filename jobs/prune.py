"""Old rows are deleted in small batches."""

import time
from datetime import UTC, datetime, timedelta

import structlog

from models.database.engine import Database, DatabaseTrouble
from models.operating import retention
from models.operating.retention import RetentionRule
from models.settings import Settings

# Between two batches everyone else goes first, for longer on a slow disk.
_PAUSE = timedelta(seconds=0.05)
_PAUSES = 4  # times as long as the batch took

_log = structlog.get_logger()


class NotPrunedError(Exception):
    """Rows whose time is over are still there; the message names their tables."""


def prune(database: Database, settings: Settings, pause: timedelta = _PAUSE) -> None:
    """Delete all whose time is over.

    Where that is more than one run can do, the next one goes on. What cannot be deleted keeps nothing else.

    Raises:
        NotPrunedError: rows of some tables could not be deleted.
    """
    failed: list[str] = []
    for rule in retention.rules(settings):
        try:
            rows = _prune(database, rule, pause)
        except DatabaseTrouble as error:
            _log.exception("not_pruned", table=rule.table, error=type(error).__name__)
            failed.append(rule.table)
            continue
        if rows:
            _log.info("pruned", table=rule.table, rows=rows, older_than_days=rule.days)
    if failed:
        raise NotPrunedError(f"could not be deleted from: {', '.join(failed)}")


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
