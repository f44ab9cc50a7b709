"""Statuses: the matrix of a plugin, and the lines that Plugin Guards ask for."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session, col

from models.database import bulk
from models.queries.host_branches import order_of
from models.queries.incidents import open_incidents
from models.queries.privacy import since
from models.queries.repositories import repository_of
from models.rules.blame import Pair, known_pair
from models.rules.history_lines import host_line
from models.rules.kinds import SiteKind
from models.rules.privacy import PUBLIC, Clearance
from models.rules.sources import BY_COMMITS, IN_REPOSITORY, JudgingSource, effective
from models.rules.status import Verdict, combine
from models.tables import SourceVerdict
from models.views import PluginView, StatusMatrix, StatusView, VerdictView

_Key = tuple[str, str]  # plugin branch, host branch

# What a view is made of.
VERDICT_COLUMNS = (
    col(SourceVerdict.source),
    col(SourceVerdict.verdict),
    col(SourceVerdict.seen_at),
    col(SourceVerdict.expired),
    col(SourceVerdict.changed_at),
    col(SourceVerdict.plugin_sha),
    col(SourceVerdict.host_sha),
    col(SourceVerdict.good_plugin_sha),
    col(SourceVerdict.good_host_sha),
)


class _SaidLine(NamedTuple):
    """What a source says, as the database tells it."""

    source: str
    verdict: str
    seen_at: Any
    expired: bool
    changed_at: Any
    plugin_sha: str
    host_sha: str
    good_plugin_sha: str | None
    good_host_sha: str | None


def status_matrix(
    session: Session,
    plugin: PluginView,
    now: datetime,
    *,
    allowed: Clearance = PUBLIC,
) -> StatusMatrix:
    """All that is known of a plugin at `now`, the freshest host branch first.

    What is not `allowed` to be known is left out.
    """
    found = bulk.fetch(session, _KNOWN, _ASKED, handle=plugin.handle, **_ALIKE)
    [(plugin_id, private, told)] = found["plugin"]
    hidden = allowed.hides(plugin_id, private=private)
    said = _said(found["said"], now, hidden=hidden)
    # When CI changed the status of a hidden plugin is as private.
    changed_at = _since(said) if hidden else _changed_at(found["statuses"])
    opened = open_incidents(session, plugin, allowed=allowed) if found["open"] else ()
    incidents = {(each.plugin_branch, each.host_branch): each for each in opened}
    sites = _client_sites(found["sites"])
    behind = _behind(found["newer"], said)
    is_told = told and not hidden
    repository = repository_of(session, plugin, allowed=allowed) if is_told else None
    statuses = []
    for key in _in_order({*changed_at, *incidents, *sites}, found["branches"]):
        verdicts = tuple(said.get(key, ()))
        heard, failing = sites.get(key, (0, 0))
        status = StatusView(
            plugin_branch=key[0],
            host_branch=key[1],
            verdict=combine(view.verdict for view in verdicts),
            changed_at=changed_at.get(key),
            verdicts=verdicts,
            incident=incidents.get(key),
            client_sites=heard,
            failing_sites=failing,
            behind=behind.get(key, 0),
        )
        statuses.append(status)
    return StatusMatrix(plugin, tuple(statuses), repository)


def _in_order(keys: Iterable[_Key], branches: Iterable[Sequence[str]]) -> list[_Key]:
    """By the plugin's branch, and by the host branches as changes reach them."""
    order = order_of([name for (name,) in branches])
    return sorted(keys, key=lambda key: (key[0], *order(key[1])))


def verdict_view(row: Any, now: datetime) -> VerdictView:
    """What a judging source says, by the `VERDICT_COLUMNS`, as it counts at `now`."""
    source = JudgingSource(row.source)
    return VerdictView(
        source=source,
        verdict=effective(Verdict(row.verdict), row.seen_at, source, now, expired=row.expired),
        seen_at=row.seen_at,
        changed_at=row.changed_at,
        pair=Pair(row.plugin_sha, row.host_sha),
        last_good=known_pair(row.good_plugin_sha, row.good_host_sha),
    )


def _behind(
    found: Iterable[Sequence[Any]], said: Mapping[_Key, Sequence[VerdictView]]
) -> dict[_Key, int]:
    """How many host commits came after the judged one, where GitHub was asked for the commits."""
    newer = {(branch, sha): count for branch, sha, count in found}
    behind: dict[_Key, int] = {}
    for key, views in said.items():
        judged = [view.pair.host_sha for view in views if view.source in BY_COMMITS]
        if judged and (key[1], judged[-1]) in newer:
            behind[key] = newer[key[1], judged[-1]]
    return behind


def _said(
    found: Iterable[Sequence[Any]], now: datetime, *, hidden: bool
) -> dict[_Key, list[VerdictView]]:
    """What the sources say, without the CI of a plugin that is hidden."""
    views: dict[_Key, list[VerdictView]] = {}
    for plugin_branch, host_branch, *columns in found:
        row = _SaidLine(*columns)
        if hidden and row.source in IN_REPOSITORY:
            continue
        timed = row._replace(
            seen_at=bulk.time_of(row.seen_at), changed_at=bulk.time_of(row.changed_at)
        )
        views.setdefault((plugin_branch, host_branch), []).append(verdict_view(timed, now))
    return views


def _since(said: Mapping[_Key, Sequence[VerdictView]]) -> dict[_Key, datetime]:
    return {key: since(views) for key, views in said.items()}


def _changed_at(found: Iterable[Sequence[Any]]) -> dict[_Key, datetime]:
    return {(plugin, host): bulk.time_of(moment) for plugin, host, moment in found}


def _client_sites(found: Iterable[Sequence[Any]]) -> dict[_Key, tuple[int, int]]:
    """Per plugin and host branch: the client sites heard from, and those where the plugin fails."""
    counts: dict[_Key, tuple[int, int]] = {}
    for plugin_branch, host_branch, verdict, count in found:
        heard, failing = counts.get((plugin_branch, host_branch), (0, 0))
        fails = count if Verdict(verdict).broken else 0
        counts[plugin_branch, host_branch] = (heard + count, failing + fails)
    return counts


# What all queries below are about.
_ASKED = """
WITH asked AS (
    SELECT p.id, g.private, g.github_id FROM plugin p LEFT JOIN repository g ON g.github_id = p.repository_id
    WHERE p.handle = :handle
)
"""
_ALIKE: Mapping[str, Any] = {
    "client": SiteKind.CLIENT.value,
    "line": host_line(""),
    "by_commits": [(source,) for source in sorted(BY_COMMITS)],
}
# In one statement: nine took PostgreSQL's driver nine times as long. A site that registered, but has not reported, says
# nothing. Incidents and the repository are asked for only where there are any.
_KNOWN = {
    "plugin": ("id, private, told", "SELECT id, private, github_id IS NOT NULL AS told FROM asked"),
    "said": (", ".join(("plugin_branch", "host_branch", *_SaidLine._fields)), """
SELECT * FROM source_verdict WHERE plugin_id = (SELECT id FROM asked) ORDER BY plugin_branch, host_branch, source
"""),
    "statuses": ("plugin_branch, host_branch, changed_at", """
SELECT plugin_branch, host_branch, changed_at FROM status WHERE plugin_id = (SELECT id FROM asked)
"""),
    "sites": ("plugin_branch, host_branch, verdict, number", """
SELECT i.plugin_branch, i.host_branch, i.verdict, count(*) AS number
FROM installation i JOIN site s ON s.id = i.site_id
WHERE i.plugin_id = (SELECT id FROM asked) AND s.kind = :client
  AND i.plugin_branch <> '' AND i.host_branch <> '' AND i.verdict <> ''
GROUP BY i.plugin_branch, i.host_branch, i.verdict
"""),
    "branches": ("name", "SELECT name FROM host_branch ORDER BY place"),
    "open": ("id", """
SELECT id FROM incident WHERE plugin_id = (SELECT id FROM asked) AND resolved_at IS NULL LIMIT 1
"""),
    "newer": ("host_branch, sha, number", """
SELECT DISTINCT v.host_branch, c.sha,
       (SELECT count(*) FROM commit_seen n WHERE n.line = c.line AND n.place > c.place) AS number
FROM source_verdict v {each commit_seen c where c.line = :line || v.host_branch AND c.sha = v.host_sha}
WHERE v.plugin_id = (SELECT id FROM asked) AND c.asked_at IS NOT NULL
  AND v.source IN (SELECT name FROM {by_commits(name text)} b)
"""),
}  # fmt: skip
