"""What sites tell of the plugins that they run. Anyone may tell it, so it takes a bounded number of rows."""

from datetime import datetime

from sqlmodel import Session, func, select

from models.database import bulk
from models.events import Outcome
from models.events.statistics import Statistics, Usage
from models.queries.named import plugin_ids
from models.tables import Statistic

# Some thousand sites with all their plugins. What is not told again leaves after the days that reports are kept for.
MOST_ROWS = 100_000


def record_statistics(session: Session, statistics: Statistics, now: datetime) -> Outcome:
    """Keep the newest word of the host on each plugin that the master list knows; the others are skipped."""
    known = plugin_ids(session, {usage.handle for usage in statistics.usages}, statistics.ecosystem)
    told = {known[usage.handle]: usage for usage in statistics.usages if usage.handle in known}
    held, new = _kept(session, statistics, told)
    # In one order, so that two processes that store the same rows wait for each other rather than in a circle.
    kept = sorted([*held, *new])
    if kept:
        host = (statistics.host, statistics.host_branch, statistics.host_sha)
        bulk.run(
            session,
            _STORE,
            [(*host, plugin_id, *_columns(told[plugin_id])) for plugin_id in kept],
            now=now,
        )
    return Outcome(number=len(kept), new=len(new))


def _kept(
    session: Session, statistics: Statistics, told: dict[int, Usage]
) -> tuple[set[int], list[int]]:
    """The plugins that have a row already, and as many of the others as there is room for."""
    rows = session.exec(select(Statistic.plugin_id).where(Statistic.host == statistics.host))
    held = set(rows) & told.keys()
    new = sorted(told.keys() - held)[: statistics.most_new]
    if new:
        stored = session.exec(select(func.count()).select_from(Statistic)).one()
        new = new[: max(0, MOST_ROWS - stored)]
    return held, new


def _columns(usage: Usage) -> tuple[object, ...]:
    return usage.branch, usage.sha, usage.url, usage.data


# One statement for all plugins of a host, which anyone may send.
_STORE = """
INSERT INTO statistic (host, host_branch, host_sha, plugin_id, plugin_branch, plugin_sha, url, data, received_at)
SELECT host, host_branch, host_sha, plugin_id, plugin_branch, plugin_sha, url, data, :now
FROM {rows(host text, host_branch text, host_sha text, plugin_id int, plugin_branch text, plugin_sha text, url text,
           data json)} r WHERE true
ON CONFLICT (host, plugin_id) DO UPDATE
SET host_branch = excluded.host_branch, host_sha = excluded.host_sha, plugin_branch = excluded.plugin_branch,
    plugin_sha = excluded.plugin_sha, url = excluded.url, data = excluded.data, received_at = excluded.received_at
"""
