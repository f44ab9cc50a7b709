"""Statuses: the matrix of a plugin, and the lines that Plugin Guards ask for."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from models.database import bulk
from models.queries.host_branches import branch_order
from models.queries.incidents import open_incidents
from models.queries.privacy import is_hidden, since, visible
from models.queries.repositories import repository_of
from models.rules.blame import Pair, known_pair
from models.rules.history_lines import host_line
from models.rules.kinds import SiteKind
from models.rules.privacy import PUBLIC, Clearance
from models.rules.sources import BY_COMMITS, JudgingSource, effective
from models.rules.status import Verdict, combine
from models.tables import Installation, Plugin, Site, SourceVerdict, Status
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
    plugin_id = session.exec(select(Plugin.id).where(Plugin.handle == plugin.handle)).one()
    said = _said(session, plugin_id, now, allowed)
    if is_hidden(session, plugin_id, allowed):
        changed_at = {key: since(views) for key, views in said.items()}
    else:
        changed_at = _changed_at(session, plugin_id)
    opened = open_incidents(session, plugin, allowed=allowed)
    incidents = {(each.plugin_branch, each.host_branch): each for each in opened}
    sites = _client_sites(session, plugin_id)
    behind = _behind(session, said)
    statuses = []
    order = branch_order(session)
    for key in sorted({*changed_at, *incidents, *sites}, key=lambda key: (key[0], *order(key[1]))):
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
    return StatusMatrix(plugin, tuple(statuses), repository_of(session, plugin, allowed=allowed))


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


def _behind(session: Session, said: Mapping[_Key, Sequence[VerdictView]]) -> dict[_Key, int]:
    """How many host commits came after the judged one, where GitHub was asked for the commits."""
    judged: dict[_Key, tuple[str, str]] = {}
    for key, views in said.items():
        for view in views:
            if view.source in BY_COMMITS:
                judged[key] = (host_line(key[1]), view.pair.host_sha)
    rows = bulk.run(session, _NEWER, sorted(set(judged.values()))) if judged else ()
    newer = {(line, sha): count for line, sha, count in rows}
    return {key: newer[commit] for key, commit in judged.items() if commit in newer}


def _changed_at(session: Session, plugin_id: int | None) -> dict[_Key, datetime]:
    rows = session.exec(select(Status).where(Status.plugin_id == plugin_id))
    return {(status.plugin_branch, status.host_branch): status.changed_at for status in rows}


def _said(
    session: Session,
    plugin_id: int | None,
    now: datetime,
    allowed: Clearance,
) -> dict[_Key, list[VerdictView]]:
    of_plugin = select(SourceVerdict).where(SourceVerdict.plugin_id == plugin_id)
    views: dict[_Key, list[VerdictView]] = {}
    shown = visible(col(SourceVerdict.plugin_id), col(SourceVerdict.source), allowed)
    for row in session.exec(of_plugin.where(shown)):
        views.setdefault((row.plugin_branch, row.host_branch), []).append(verdict_view(row, now))
    return views


def _client_sites(session: Session, plugin_id: int | None) -> dict[_Key, tuple[int, int]]:
    """Per plugin and host branch: the client sites heard from, and those where the plugin fails."""
    rows = session.exec(
        select(
            Installation.plugin_branch,
            Installation.host_branch,
            Installation.verdict,
            func.count(),
        )
        .join(Site, col(Site.id) == Installation.site_id)
        .where(Installation.plugin_id == plugin_id, Site.kind == SiteKind.CLIENT)
        .group_by(
            col(Installation.plugin_branch),
            col(Installation.host_branch),
            col(Installation.verdict),
        )
    )
    counts: dict[_Key, tuple[int, int]] = {}
    for plugin_branch, host_branch, verdict, count in rows:
        if (
            plugin_branch and host_branch and verdict
        ):  # a site that registered, but has not reported, says nothing
            heard, failing = counts.get((plugin_branch, host_branch), (0, 0))
            fails = count if Verdict(verdict).broken else 0
            counts[plugin_branch, host_branch] = (heard + count, failing + fails)
    return counts


# Pairs of a line and a sha, which SQLite takes only as rows.
_NEWER = """
SELECT c.line, c.sha, (SELECT count(*) FROM commit_seen n WHERE n.line = c.line AND n.place > c.place)
FROM {rows(line text, sha text)} r JOIN commit_seen c ON c.line = r.line AND c.sha = r.sha
WHERE c.asked_at IS NOT NULL
"""
