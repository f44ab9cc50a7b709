"""What is known of keys before their verdicts change: what the sources say, and the incident of each."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from models.database import bulk
from models.recording.verdicts.changes import Key
from models.recording.verdicts.standing import (
    LAST_SAID,
    standings_among,
    store_standings,
)
from models.rules.sources import JudgingSource, effective
from models.rules.standing import StandingVerdict
from models.rules.status import Verdict, combine
from models.tables import Incident


class CountedVerdict(NamedTuple):
    """What a source says of a key, since when, and what of that still counts."""

    source: JudgingSource
    verdict: Verdict
    effective: Verdict
    since: datetime


def counted_verdicts(
    session: Session, keys: Collection[Key], now: datetime
) -> dict[Key, list[CountedVerdict]]:
    """What every source says of each of the keys."""
    return counted_among(bulk.fetch(session, SAID, keys=sorted(keys)), keys, now)


def counted_among(
    found: Mapping[str, Sequence[Any]], keys: Collection[Key], now: datetime
) -> dict[Key, list[CountedVerdict]]:
    """The same, of what answers `SAID`."""
    counted: dict[Key, list[CountedVerdict]] = {key: [] for key in keys}
    for *key, source, verdict, changed_at, seen_at, expired in found["said"]:
        says, by = Verdict(verdict), JudgingSource(source)
        counts = effective(says, bulk.time_of(seen_at), by, now, expired=bool(expired))
        counted[Key(*key)].append(CountedVerdict(by, says, counts, bulk.time_of(changed_at)))
    return counted


def rows_of(keys: Collection[Key]) -> dict[str, Any]:
    """The rows with which `SAID`, `LAST_SAID` and `NEWEST` ask about these keys."""
    plugin_ids = sorted({key.plugin_id for key in keys})
    return {"keys": sorted(keys), "plugins": [(plugin_id,) for plugin_id in plugin_ids]}


def set_statuses(session: Session, keys: Collection[Key], now: datetime) -> None:
    """Combine what the sources say at `now` into the status of each of the keys."""
    found = bulk.fetch(session, SAID | LAST_SAID, **rows_of(keys))
    statuses = combined(counted_among(found, keys, now))
    store_statuses(session, statuses, standings_among(found), now)


def combined(counted: dict[Key, list[CountedVerdict]]) -> dict[Key, Verdict]:
    """The status of each key."""
    return {key: combine(each.effective for each in says) for key, says in counted.items()}


def store_statuses(
    session: Session,
    statuses: Mapping[Key, Verdict],
    standings: Mapping[int, StandingVerdict],
    now: datetime,
) -> None:
    """Write the statuses, and their plugins' lines of the master list; those that are as they were keep their times."""
    rows = [(*key, verdict) for key, verdict in sorted(statuses.items())]
    with bulk.pipelined(session, into_next=True):
        bulk.run(session, _SET_STATUS, rows, now=now)
        store_standings(session, standings)


def newest_incidents(session: Session, keys: Collection[Key]) -> dict[Key, Incident]:
    """The open incident of each of the keys, or else the one that ended last; none where there never was any."""
    return newest_among(session, bulk.fetch(session, NEWEST, keys=sorted(keys)))


def newest_among(session: Session, found: Mapping[str, Sequence[Any]]) -> dict[Key, Incident]:
    """The same, of what answers `NEWEST`."""
    numbers = [number for (number,) in found["newest"] if number]
    if not numbers:
        return {}
    rows = session.exec(select(Incident).where(col(Incident.id).in_(numbers)))
    return {Key(row.plugin_id, row.plugin_branch, row.host_branch): row for row in rows}


def newest_incident(session: Session, key: Key) -> Incident | None:
    """The key's open incident, or else the one that ended last."""
    return newest_incidents(session, [key]).get(key)


SAID = {"said": ("plugin_id, plugin_branch, host_branch, source, verdict, changed_at, seen_at, expired", """
SELECT v.plugin_id, v.plugin_branch, v.host_branch, v.source, v.verdict, v.changed_at, v.seen_at, v.expired
FROM {keys(plugin_id int, plugin_branch text, host_branch text)} r
{each source_verdict v where v.plugin_id = r.plugin_id AND v.plugin_branch = r.plugin_branch
      AND v.host_branch = r.host_branch}
ORDER BY v.plugin_id, v.plugin_branch, v.host_branch, v.source
""")}  # fmt: skip
# With every change of a status; in SQLModel it took a quarter of the time of an outbreak.
NEWEST = {"newest": ("id", """
SELECT (
    SELECT i.id FROM incident i
    WHERE i.plugin_id = r.plugin_id AND i.plugin_branch = r.plugin_branch AND i.host_branch = r.host_branch
    ORDER BY i.resolved_at IS NOT NULL, i.resolved_at DESC LIMIT 1
) AS id FROM {keys(plugin_id int, plugin_branch text, host_branch text)} r
""")}  # fmt: skip
# A status that stays what it was keeps the time since when it is so.
_SET_STATUS = """
INSERT INTO status (plugin_id, plugin_branch, host_branch, verdict, changed_at)
SELECT plugin_id, plugin_branch, host_branch, verdict, :now
FROM {rows(plugin_id int, plugin_branch text, host_branch text, verdict text)} r WHERE true
ON CONFLICT (plugin_id, plugin_branch, host_branch) DO UPDATE
SET verdict = excluded.verdict, changed_at = excluded.changed_at WHERE status.verdict <> excluded.verdict
"""
