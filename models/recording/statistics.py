"""What sites tell of the plugins that they run."""

from datetime import datetime

from sqlmodel import Session

from models.events import Outcome, Statistics
from models.queries.plugins import plugin_ids
from models.tables import Statistic


def record_statistics(session: Session, statistics: Statistics, now: datetime) -> Outcome:
    """Keep a row for each plugin that the master list knows; the others are skipped."""
    known = plugin_ids(session, {usage.handle for usage in statistics.usages})
    for usage in statistics.usages:
        if usage.handle in known:
            session.add(
                Statistic(
                    received_at=now,
                    host=statistics.host,
                    host_branch=statistics.host_branch,
                    host_sha=statistics.host_sha,
                    plugin_id=known[usage.handle],
                    plugin_branch=usage.branch,
                    plugin_sha=usage.sha,
                    url=usage.url,
                    data=usage.data,
                )
            )
    return Outcome(number=sum(usage.handle in known for usage in statistics.usages))
