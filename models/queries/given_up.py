"""Plugins that should not be used any more, or that nobody keeps, and who still runs them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, select

from models.queries.field import HEARD_WITHIN
from models.queries.plugins import ON_THE_LIST
from models.queries.privacy import private_plugins
from models.rules.abandonment import UNANSWERED, is_abandoned
from models.rules.declaring import BY_REPOSITORY, Fact, Standing
from models.rules.kinds import SiteKind
from models.rules.privacy import PUBLIC, Clearance
from models.tables import Declaration, Incident, Installation, Plugin, Repository, Site
from models.views.registry import GivenUpView

_DOMAINS = 5

_Found = dict[int, GivenUpView]


def given_up(session: Session, now: datetime, *, allowed: Clearance = PUBLIC) -> list[GivenUpView]:
    """What people declared deprecated or removed, whose repository is archived or gone, and what is abandoned.

    Those that run at the most sites come first. What is not `allowed` to be known is left out.
    """
    found: _Found = {}
    for plugin_id, view in (
        *_declared(session),
        *_by_repository(session),
        *_abandoned(session, now),
    ):
        found.setdefault(plugin_id, view)
    private = private_plugins(session)
    shown = {
        plugin_id: replace(view, private=plugin_id in private)
        for plugin_id, view in found.items()
        if not allowed.hides(plugin_id, private=plugin_id in private)
    }
    domains = _domains(session, list(shown), now)
    views = [_with_sites(view, domains[id_], allowed) for id_, view in shown.items()]
    return sorted(views, key=lambda view: (-view.sites, view.handle))


def _declared(session: Session) -> Iterator[tuple[int, GivenUpView]]:
    over = [str(standing) for standing in Standing if standing.is_over]
    rows = session.exec(
        select(Declaration, Plugin.handle)
        .join(Plugin, col(Plugin.id) == col(Declaration.plugin_id))
        .where(Declaration.fact == Fact.STATUS, col(Declaration.standing).in_(over), ON_THE_LIST)
        .order_by(col(Declaration.of_versions), col(Declaration.id))
    )
    for row, handle in rows:
        standing = Standing(row.standing or Standing.STABLE)
        yield row.plugin_id, GivenUpView(handle, standing, row.reason, row.of_versions)


def _by_repository(session: Session) -> Iterator[tuple[int, GivenUpView]]:
    rows = session.exec(
        select(Plugin.id, Plugin.handle, Repository.deleted)
        .join(Repository, col(Repository.github_id) == col(Plugin.repository_id))
        .where(col(Repository.archived) | col(Repository.deleted), ON_THE_LIST)
    )
    for plugin_id, handle, deleted in rows:
        standing, reason = BY_REPOSITORY["deleted" if deleted else "archived"]
        yield plugin_id or 0, GivenUpView(handle, standing, reason)


def _abandoned(session: Session, now: datetime) -> Iterator[tuple[int, GivenUpView]]:
    unanswered = (
        col(Incident.resolved_at).is_(None),
        col(Incident.acknowledged_at).is_(None),
        col(Incident.owner_id).is_(None),
        Incident.opened_at <= now - UNANSWERED,
    )
    rows = session.exec(
        select(Incident, Plugin.handle, Repository.head_at)
        .join(Plugin, col(Plugin.id) == col(Incident.plugin_id))
        .join(Repository, col(Repository.github_id) == col(Plugin.repository_id))
        .where(*unanswered, ON_THE_LIST)
        .order_by(col(Incident.opened_at))
    )
    for incident, handle, pushed_at in rows:
        if is_abandoned(pushed_at, incident.opened_at, now):
            yield (
                incident.plugin_id,
                GivenUpView(
                    handle,
                    host_branch=incident.host_branch,
                    broken_since=incident.opened_at,
                    pushed_at=pushed_at,
                ),
            )


def _domains(session: Session, plugin_ids: Sequence[int], now: datetime) -> dict[int, list[str]]:
    """The client sites that were heard lately, by the plugins that they run."""
    rows = session.exec(
        select(Installation.plugin_id, Site.domain)
        .join(Site, col(Site.id) == col(Installation.site_id))
        .where(
            col(Installation.plugin_id).in_(plugin_ids),
            Site.kind == SiteKind.CLIENT,
            Site.seen_at > now - HEARD_WITHIN,
        )
        .order_by(Site.domain)
    )
    domains: dict[int, list[str]] = defaultdict(list)
    for plugin_id, domain in rows:
        domains[plugin_id].append(domain)
    return domains


def _with_sites(view: GivenUpView, domains: Sequence[str], allowed: Clearance) -> GivenUpView:
    named = tuple(domains[:_DOMAINS]) if allowed.inside else ()
    return replace(view, sites=len(domains), domains=named)
