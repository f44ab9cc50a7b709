"""Installations are counted once a day."""

from datetime import UTC, datetime

from models.database.engine import Database
from models.operating import usage

_BATCH = 500


def count_installations(database: Database) -> None:
    """Count on how many sites each version of a plugin runs today, in place of what was counted today before."""
    now = datetime.now(UTC)
    with database.read() as session:
        counted = usage.count(session, now)
    with database.write() as session:
        usage.begin_day(session, now.date())
    for start in range(0, len(counted), _BATCH):
        with database.write() as session:
            usage.store(session, now.date(), counted[start : start + _BATCH])
    with database.read() as session:
        changed = usage.changed_sites(session, now.date())
    for start in range(0, len(changed), _BATCH):
        with database.write() as session:
            usage.write_sites(session, changed[start : start + _BATCH])
