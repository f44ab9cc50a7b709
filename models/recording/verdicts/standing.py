"""Keeps each plugin's line of the master list in step with what the sources say of it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import product
from typing import Any

from sqlmodel import Session, col, select

from models.database import bulk
from models.rules.sources import JudgingSource
from models.rules.standing import SaidLast, StandingVerdict, standing_of
from models.rules.status import Verdict
from models.tables import MasterListLine

# Reports come daily and count for two days at least, so that a plugin that is heard is renewed in time.
_AHEAD = timedelta(hours=12)


def renew_standings(session: Session, plugin_ids: Collection[int]) -> None:
    """Bring the lines of these plugins in step with their verdicts."""
    if plugin_ids:
        plugins = [(each,) for each in sorted(plugin_ids)]
        found = bulk.fetch(session, LAST_SAID, plugins=plugins)
        store_standings(session, standings_among(found))


def standings_among(found: Mapping[str, Sequence[Any]]) -> dict[int, StandingVerdict]:
    """What follows for the lines of plugins, by their ids, of what answers `LAST_SAID`."""
    said: dict[int, list[SaidLast]] = defaultdict(list)
    for plugin_id, source, verdict, seen_at in found["last_said"]:
        held = said[plugin_id]
        if seen_at:
            held.append(SaidLast(JudgingSource(source), Verdict(verdict), bulk.time_of(seen_at)))
    return {plugin_id: standing_of(each) for plugin_id, each in said.items()}


def store_standings(session: Session, standings: Mapping[int, StandingVerdict]) -> None:
    """Write the lines of these plugins that are not in step."""
    rows = [
        (plugin_id, Verdict.INCOMPATIBLE.severity - each.verdict.severity, each.until)
        for plugin_id, each in standings.items()
    ]
    if rows:
        bulk.run(session, _RENEW, rows)


def renew_ending(session: Session, now: datetime, limit: int) -> None:
    """Look again at those lines that are soon not sure any more, `limit` of them at the most."""
    ending = select(MasterListLine.plugin_id).where(col(MasterListLine.stands_until) < now + _AHEAD)
    ids = session.exec(ending.order_by(col(MasterListLine.stands_until)).limit(limit)).all()
    renew_standings(session, ids)


# As constants: where a plugin is looked up they were read out of JSON, which took longer than to find them.
_KINDS = ", ".join(
    f"('{source}', '{verdict}')"
    for source, verdict in product(JudgingSource, Verdict)
    if verdict is not Verdict.UNKNOWN
)
# Of each kind what falls silent first.
LAST_SAID = {"last_said": ("id, source, verdict, seen_at", f"""
SELECT r.id, k.source, k.verdict, (
    SELECT min(v.seen_at) FROM source_verdict v
    WHERE v.plugin_id = r.id AND v.verdict = k.verdict AND v.source = k.source AND NOT v.expired
) AS seen_at FROM {{plugins(id int)}} r
CROSS JOIN (SELECT column1 AS source, column2 AS verdict FROM (VALUES {_KINDS}) q) k
""")}  # fmt: skip  # noqa: S608 - built from this file's own SQL
# Most of what changes at one place leaves the plugin's worst as it was, and is not written.
_RENEW = """
UPDATE master_list_line SET mildness = r.mildness, stands_until = r.stands_until
FROM {rows(id int, mildness int, stands_until timestamptz)} r
WHERE master_list_line.plugin_id = r.id
  AND (master_list_line.mildness <> r.mildness OR master_list_line.stands_until <> r.stands_until
       OR (master_list_line.stands_until IS NULL) <> (r.stands_until IS NULL))
"""
