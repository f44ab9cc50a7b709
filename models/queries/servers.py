"""Canary servers by their names, and all sites that report."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, and_, case, col, func, or_, select

from models.queries.canary import canary_servers, runs_of
from models.queries.plugins import ON_THE_LIST
from models.queries.watched import watched_of
from models.rules.domains import tells_where
from models.rules.ecosystems import Ecosystem
from models.rules.kinds import SiteKind
from models.rules.registration import REGISTRATION_LASTS
from models.rules.sources import DESCRIPTORS, JudgingSource, effective
from models.rules.status import BROKEN, Verdict
from models.rules.watched import WatchedKind
from models.tables import ApiKey, Installation, Plugin, Site
from models.views.servers import GuardedServer, ServerPlugin, ServerView, SiteLine
from models.views.watched import WatchedView

_RUNS = 20


def server_names(session: Session, *, inside: bool) -> list[str]:
    """The names of all canary servers; a name that tells where the server is counts `inside` alone."""
    return _names(session, _canary_sites(session), inside=inside)


def server_named(session: Session, name: str, now: datetime, *, inside: bool) -> ServerView | None:
    """What is known of the canary server with this name, in any case; None if there is none.

    Only `inside` a server is found whose name tells where it is, and only there domains and what steps said are told.
    """
    known = _canary_sites(session)
    meant = {each.casefold(): each for each in _names(session, known, inside=inside)}
    found = meant.get(name.casefold())
    if found is None:
        return None
    sites = [site for site, key in known if _name(site, key).casefold() == found.casefold()]
    browser = (WatchedKind.CANARY, found)
    guards = {site.domain: (WatchedKind.GUARD, site.domain) for site in sites}
    watched = watched_of(session, {browser, *guards.values()})
    runs = runs_of(session, found, _RUNS, now)
    return ServerView(
        name=found,
        guards=tuple(
            _guarded(session, site, watched.get(guards[site.domain]), now, inside=inside)
            for site in sites
        ),
        browser=watched.get(browser),
        runs=tuple(run if inside else replace(run, steps=(), earlier=()) for run in runs),
        lacks=tuple(_lacks(session, sites)) if sites else (),
    )


def site_lines(
    session: Session, limit: int, offset: int = 0, *, now: datetime
) -> tuple[list[SiteLine], int]:
    """All sites that report, canary servers first, and how many there are. For guardians alone."""
    total = session.exec(select(func.count()).select_from(Site)).one()
    still_counts = col(Site.seen_at) >= now - DESCRIPTORS[JudgingSource.GUARD].deadline
    broken = case((and_(col(Installation.verdict).in_(BROKEN), still_counts), 1), else_=0)
    page = select(Site.id).order_by(Site.kind, Site.domain).limit(limit).offset(offset).subquery()
    rows = session.exec(
        select(
            Site,
            ApiKey,
            func.count(col(Installation.plugin_id)),
            func.coalesce(func.sum(broken), 0),
        )
        .join(page, page.c.id == col(Site.id))
        .outerjoin(ApiKey, col(ApiKey.id) == col(Site.key_id))
        .outerjoin(Installation, col(Installation.site_id) == col(Site.id))
        .group_by(col(Site.id), col(ApiKey.id))
        .order_by(Site.kind, Site.domain)
    )
    return [_line(*row) for row in rows], total


def _line(site: Site, key: ApiKey | None, plugins: int, failing: int) -> SiteLine:
    until = site.registered_at + REGISTRATION_LASTS if site.registered_at else None
    is_client = site.kind == SiteKind.CLIENT
    return SiteLine(
        domain=site.domain,
        server="" if is_client else _name(site, key),
        host_branch=site.host_branch or "",
        host_sha=site.host_sha or "",
        seen_at=site.seen_at,
        registered_until=until if is_client else None,
        plugins=plugins,
        failing=int(failing),
    )


def _canary_sites(session: Session) -> Sequence[tuple[Site, ApiKey | None]]:
    return session.exec(
        select(Site, ApiKey)
        .outerjoin(ApiKey, col(ApiKey.id) == col(Site.key_id))
        .where(Site.kind == SiteKind.CANARY)
        .order_by(Site.host_branch, Site.domain)
    ).all()


def _names(
    session: Session, sites: Sequence[tuple[Site, ApiKey | None]], *, inside: bool
) -> list[str]:
    names = {_name(site, key) for site, key in sites}
    names.update(canary_servers(session))
    return sorted(name for name in names if inside or not tells_where(name))


def _name(site: Site, key: ApiKey | None) -> str:
    """What the server is called: as its key is."""
    return key.name if key else site.domain


def _guarded(
    session: Session, site: Site, watched: WatchedView | None, now: datetime, *, inside: bool
) -> GuardedServer:
    rows = session.exec(
        select(Installation, Plugin.handle)
        .join(Plugin)
        .where(Installation.site_id == site.id, col(Installation.verdict).is_not(None), ON_THE_LIST)
        .order_by(case((col(Installation.verdict).in_(BROKEN), 0), else_=1), Plugin.handle)
    )
    return GuardedServer(
        domain=site.domain if inside else "",
        host_branch=site.host_branch or "",
        host_sha=site.host_sha or "",
        seen_at=site.seen_at,
        watched=watched,
        plugins=tuple(
            ServerPlugin(
                handle,
                row.plugin_branch or "",
                row.plugin_sha or "",
                effective(
                    Verdict(row.verdict or Verdict.UNKNOWN), site.seen_at, JudgingSource.GUARD, now
                ),
                row.said_at,
            )
            for row, handle in rows
        ),
    )


def _lacks(session: Session, sites: Sequence[Site]) -> Sequence[str]:
    there = and_(
        col(Installation.plugin_id) == col(Plugin.id),
        col(Installation.site_id).in_([site.id for site in sites]),
        or_(col(Installation.verdict).is_not(None), col(Installation.registered_at).is_not(None)),
    )
    lacking = select(Plugin.handle).where(
        Plugin.ecosystem == Ecosystem.DISCOURSE,
        ON_THE_LIST,
        ~select(Installation.site_id).where(there).exists(),
    )
    return session.exec(lacking.order_by(Plugin.handle)).all()
