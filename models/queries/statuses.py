"""Statuses: the matrix of a plugin, and the lines that Plugin Guards ask for."""

from datetime import datetime

from sqlmodel import Session, col, func, select

from models.queries.incidents import incidents_numbered
from models.rules.blame import Pair, known_pair
from models.rules.status import Source, Verdict, combine, effective
from models.tables import Incident, Installation, Plugin, Site, SiteKind, SourceVerdict, Status
from models.views import IncidentView, PluginView, SourceView, StatusMatrix, StatusView

# The branches in the order in which a change reaches them; others follow by name.
_HOST_BRANCHES = ("tests-passed", "beta", "stable")

_Key = tuple[str, str]  # plugin branch, host branch


def status_matrix(session: Session, plugin: PluginView, now: datetime) -> StatusMatrix:
    """All that is known of a plugin at `now`, the freshest host branch first."""
    plugin_id = session.exec(select(Plugin.id).where(Plugin.handle == plugin.handle)).one()
    changed_at = {
        (status.plugin_branch, status.host_branch): status.changed_at
        for status in session.exec(select(Status).where(Status.plugin_id == plugin_id))
    }
    sources = _sources(session, plugin_id, now)
    incidents = _open_incidents(session, plugin_id)
    sites = _client_sites(session, plugin_id)
    keys = sorted({*changed_at, *incidents, *sites}, key=_order)
    return StatusMatrix(
        plugin,
        tuple(
            StatusView(
                plugin_branch=key[0],
                host_branch=key[1],
                verdict=combine(view.verdict for view in sources.get(key, ())),
                changed_at=changed_at.get(key),
                sources=tuple(sources.get(key, ())),
                incident=incidents.get(key),
                client_sites=sites.get(key, (0, 0))[0],
                failing_sites=sites.get(key, (0, 0))[1],
            )
            for key in keys
        ),
    )


def host_branches(session: Session) -> list[str]:
    """The host branches that reports speak of, the freshest first, with the usual ones always among them."""
    known = set(session.exec(select(Status.host_branch).distinct())) | set(_HOST_BRANCHES)
    return sorted(known, key=_host_order)


def _order(key: _Key) -> tuple[str, int, str]:
    return (key[0], *_host_order(key[1]))


def _host_order(branch: str) -> tuple[int, str]:
    usual = _HOST_BRANCHES.index(branch) if branch in _HOST_BRANCHES else len(_HOST_BRANCHES)
    return usual, branch


def _sources(session: Session, plugin_id: int | None, now: datetime) -> dict[_Key, list[SourceView]]:
    views: dict[_Key, list[SourceView]] = {}
    for row in session.exec(select(SourceVerdict).where(SourceVerdict.plugin_id == plugin_id)):
        source = Source(row.source)
        views.setdefault((row.plugin_branch, row.host_branch), []).append(
            SourceView(
                source=source,
                verdict=effective(Verdict(row.verdict), row.seen_at, source, now),
                seen_at=row.seen_at,
                changed_at=row.changed_at,
                pair=Pair(row.plugin_sha, row.host_sha),
                last_good=known_pair(row.good_plugin_sha, row.good_host_sha),
            )
        )
    return views


def _open_incidents(session: Session, plugin_id: int | None) -> dict[_Key, IncidentView]:
    numbers = session.exec(
        select(Incident.id).where(Incident.plugin_id == plugin_id, col(Incident.resolved_at).is_(None))
    ).all()
    views = incidents_numbered(session, [number for number in numbers if number]).values() if numbers else ()
    return {(view.plugin_branch, view.host_branch): view for view in views}


def _client_sites(session: Session, plugin_id: int | None) -> dict[_Key, tuple[int, int]]:
    """Per plugin and host branch: the client sites heard from, and those where the plugin fails."""
    rows = session.exec(
        select(Installation.plugin_branch, Installation.host_branch, Installation.verdict, func.count())
        .join(Site, col(Site.id) == Installation.site_id)
        .where(Installation.plugin_id == plugin_id, Site.kind == SiteKind.CLIENT)
        .group_by(col(Installation.plugin_branch), col(Installation.host_branch), col(Installation.verdict))
    )
    counts: dict[_Key, tuple[int, int]] = {}
    for plugin_branch, host_branch, verdict, count in rows:
        if plugin_branch and host_branch and verdict:  # a site that registered, but has not reported, says nothing
            heard, failing = counts.get((plugin_branch, host_branch), (0, 0))
            fails = count if Verdict(verdict).broken else 0
            counts[plugin_branch, host_branch] = (heard + count, failing + fails)
    return counts
