"""What is known of keys before their verdicts change: what the sources say, and the incident of each."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from models.database import bulk
from models.recording.verdicts.changes import Key
from models.recording.verdicts.standing import standings_of, store_standings
from models.rules.sources import JudgingSource, effective
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
    counted: dict[Key, list[CountedVerdict]] = {key: [] for key in keys}
    for *key, source, verdict, changed_at, seen_at, expired in bulk.run(
        session, _SAID, sorted(keys)
    ):
        says, by = Verdict(verdict), JudgingSource(source)
        counts = effective(says, bulk.time_of(seen_at), by, now, expired=bool(expired))
        counted[Key(*key)].append(CountedVerdict(by, says, counts, bulk.time_of(changed_at)))
    return counted


def set_statuses(session: Session, keys: Collection[Key], now: datetime) -> None:
    """Combine what the sources say at `now` into the status of each of the keys."""
    store_statuses(session, combined(counted_verdicts(session, keys, now)), now)


def combined(counted: dict[Key, list[CountedVerdict]]) -> dict[Key, Verdict]:
    """The status of each key."""
    return {key: combine(each.effective for each in says) for key, says in counted.items()}


def store_statuses(session: Session, statuses: dict[Key, Verdict], now: datetime) -> None:
    """Write the statuses, and what follows for lists; those that are as they were keep their times."""
    rows = [(*key, verdict) for key, verdict in sorted(statuses.items())]
    standings = standings_of(session, {key.plugin_id for key in statuses})
    with bulk.pipelined(session, into_next=True):
        bulk.run(session, _SET_STATUS, rows, now=now)
        store_standings(session, standings)


def newest_incidents(session: Session, keys: Collection[Key]) -> dict[Key, Incident]:
    """The open incident of each of the keys, or else the one that ended last; none where there never was any."""
    numbers = [number for (number,) in bulk.run(session, _NEWEST, sorted(keys)) if number]
    if not numbers:
        return {}
    found = session.exec(select(Incident).where(col(Incident.id).in_(numbers)))
    return {Key(row.plugin_id, row.plugin_branch, row.host_branch): row for row in found}


def newest_incident(session: Session, key: Key) -> Incident | None:
    """The key's open incident, or else the one that ended last."""
    return newest_incidents(session, [key]).get(key)


_SAID = """
SELECT v.plugin_id, v.plugin_branch, v.host_branch, v.source, v.verdict, v.changed_at, v.seen_at, v.expired
FROM {rows(plugin_id int, plugin_branch text, host_branch text)} r
{each source_verdict v where v.plugin_id = r.plugin_id AND v.plugin_branch = r.plugin_branch
      AND v.host_branch = r.host_branch}
ORDER BY v.plugin_id, v.plugin_branch, v.host_branch, v.source
"""
# With every change of a status; in SQLModel it took a quarter of the time of an outbreak.
_NEWEST = """
SELECT (
    SELECT i.id FROM incident i
    WHERE i.plugin_id = r.plugin_id AND i.plugin_branch = r.plugin_branch AND i.host_branch = r.host_branch
    ORDER BY i.resolved_at IS NOT NULL, i.resolved_at DESC LIMIT 1
) FROM {rows(plugin_id int, plugin_branch text, host_branch text)} r
"""
# A status that stays what it was keeps the time since when it is so.
_SET_STATUS = """
INSERT INTO status (plugin_id, plugin_branch, host_branch, verdict, changed_at)
SELECT plugin_id, plugin_branch, host_branch, verdict, :now
FROM {rows(plugin_id int, plugin_branch text, host_branch text, verdict text)} r WHERE true
ON CONFLICT (plugin_id, plugin_branch, host_branch) DO UPDATE
SET verdict = excluded.verdict, changed_at = excluded.changed_at WHERE status.verdict <> excluded.verdict
"""
