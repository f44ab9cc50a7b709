"""Quarantined extensions, which nothing runs and so nothing is heard of: once a day it is said that they still fail."""

from datetime import UTC, datetime

from jobs.realms.outcomes import verdict_on
from models.database.engine import Database
from models.extensions.host import this_host
from models.extensions.installed import installed
from models.record import record
from models.rules.extensions import ExtensionState
from models.rules.status import Verdict


def restate_quarantines(database: Database) -> None:
    """Say so, before the verdict on any of them would count as unknown."""
    with database.write() as session:
        still = [
            verdict_on(each.manifest, Verdict.INCOMPATIBLE, each.fault)
            for each in installed(session, this_host())
            if each.state is ExtensionState.QUARANTINED and each.manifest is not None
        ]
        record(session, still, datetime.now(UTC))
