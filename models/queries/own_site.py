"""What the holder of a site's key may see: what runs there, what the site reported of it, and its status."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, and_, col, func, select

from models.queries.incidents import open_on
from models.queries.lines import lines_on
from models.rules.kinds import KeyKind, SiteKind
from models.rules.registration import REGISTRATION_LASTS
from models.rules.status import Verdict, combine
from models.tables import ApiKey, Installation, Plugin, Site
from models.views import IncidentView, StatusLine
from models.views.own_site import OwnPlugin, OwnSite

_Row = tuple[Installation, str]


def sites_of_key(session: Session, key_id: int, now: datetime) -> list[OwnSite] | None:
    """The sites that a key speaks for; None if it is no valid key of a site.

    A client site has one, by the domain of its key; a key of canary servers may have several.
    """
    key = session.get(ApiKey, key_id)
    if key is None or key.revoked_at or key.kind not in {KeyKind.USER, KeyKind.SITE}:
        return None
    if key.kind == KeyKind.USER:
        theirs = and_(Site.kind == SiteKind.CLIENT, Site.domain == key.domain)
    else:
        theirs = and_(Site.kind == SiteKind.CANARY, Site.key_id == key_id)
    sites = session.exec(select(Site).where(theirs).order_by(Site.domain))
    return [_site(session, site, now) for site in sites.all()]


def _site(session: Session, site: Site, now: datetime) -> OwnSite:
    installed = (
        select(Installation, Plugin.handle)
        .join(Plugin)
        .where(Installation.site_id == site.id)
        .order_by(Plugin.handle)
    )
    rows: Sequence[_Row] = session.exec(installed).all()
    branch = site.host_branch or ""
    ids = [row.plugin_id for row, _ in rows]
    lines = lines_on(session, ids, branch, now)
    incidents = open_on(session, ids, branch)
    alike = _alike(session, site, rows)
    plugins = [
        _plugin(
            row,
            handle,
            lines.get(row.plugin_id, ()),
            incidents.get(row.plugin_id, ()),
            alike.get((row.plugin_id, row.fingerprint or ""), 0),
        )
        for row, handle in rows
    ]
    return OwnSite(
        domain=site.domain,
        host_branch=branch,
        host_sha=site.host_sha or "",
        seen_at=site.seen_at,
        registered_until=site.registered_at + REGISTRATION_LASTS if site.registered_at else None,
        plugins=tuple(plugins),
    )


def _plugin(
    row: Installation,
    handle: str,
    lines: Collection[StatusLine],
    incidents: Collection[IncidentView],
    alike: int,
) -> OwnPlugin:
    """The line of a plugin; of its branches, the one that the site runs counts, or all where it named none."""
    ours = [line for line in lines if row.plugin_branch in {None, line.plugin_branch}]
    opened = [each for each in incidents if row.plugin_branch in {None, each.plugin_branch}]
    return OwnPlugin(
        handle=handle,
        branch=row.plugin_branch or "",
        sha=row.plugin_sha or "",
        said=Verdict(row.verdict) if row.verdict else None,
        said_at=row.said_at,
        stands=combine(line.verdict for line in ours) if ours else None,
        incident=opened[0] if opened else None,
        alike=alike,
    )


def _alike(session: Session, site: Site, rows: Sequence[_Row]) -> Mapping[tuple[int, str], int]:
    """At how many other client sites on the branch a plugin fails as it does here, by plugin and fingerprint."""
    failing = [row.plugin_id for row, _ in rows if row.fingerprint]
    if not failing:
        return {}
    counted = session.exec(
        select(Installation.plugin_id, Installation.fingerprint, func.count())
        .join(Site)
        .where(
            col(Installation.plugin_id).in_(failing),
            col(Installation.fingerprint).is_not(None),
            Installation.host_branch == site.host_branch,
            Site.kind == SiteKind.CLIENT,
            Site.id != site.id,
        )
        .group_by(col(Installation.plugin_id), col(Installation.fingerprint))
    )
    return {(plugin_id, fingerprint or ""): number for plugin_id, fingerprint, number in counted}
