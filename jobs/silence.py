"""Looks for sources that should have been heard by now."""

from datetime import UTC, datetime

import structlog

from models.database.engine import Database
from models.events.silence import SilenceCheck
from models.record import record

_log = structlog.get_logger()


def look_for_silence(database: Database, *, github_listened: bool) -> None:
    """Record whose time is up, and who is heard again."""
    with database.write() as session:
        (outcome,) = record(session, [SilenceCheck(github_listened)], datetime.now(UTC))
    if outcome.number:
        _log.warning("sources_silent", count=outcome.number)
