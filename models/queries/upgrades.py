"""Upgrades that sites plan: whether their plugins would work, and which plugins keep them from it."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlmodel import Session, col, select

from models.people.maintainers import maintained_plugins
from models.people.persons import granted, known_person
from models.queries.checking import check_set
from models.queries.field import plugins_at
from models.registry.known import KnownHost
from models.rules.people import Actor
from models.rules.privacy import Clearance
from models.tables import Destination, Plugin, Site, UpgradeWish
from models.views.registry import SetAnswer, UpgradeView, Why

# What is no fault of one plugin alone.
_OF_THE_SET = frozenset({Why.NO_PLUGIN, Why.TOGETHER})

# Host branches with the number of sites, by the plugin that keeps them from it.
Blockers = Mapping[str, Mapping[str, int]]


def planned_upgrades(
    session: Session, destination_id: int, allowed: Clearance, now: datetime
) -> list[UpgradeView]:
    """Whether the upgrades that this place plans would work, as far as it may know; by domain."""
    if not allowed.inside:
        return []
    rows = session.exec(
        select(Site.id, Site.domain, UpgradeWish.host_branch)
        .join(UpgradeWish, col(UpgradeWish.site_id) == col(Site.id))
        .where(UpgradeWish.destination_id == destination_id)
        .order_by(Site.domain)
    ).all()
    views: list[UpgradeView] = []
    for site_id, domain, branch in rows:
        named = plugins_at(session, [site_id or 0])
        checked = check_set(session, named, KnownHost(branch), now, allowed=allowed)
        views.append(UpgradeView(domain, checked))
    return views


def blockers(session: Session, now: datetime) -> Blockers:
    """The plugins that are the reason why planned upgrades would break, by what is public."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    planned = select(UpgradeWish.site_id, UpgradeWish.host_branch).distinct()
    for site_id, branch in session.exec(planned).all():
        view = check_set(session, plugins_at(session, [site_id]), KnownHost(branch), now)
        if view.answer is SetAnswer.BREAKS:
            for handle in {each.handles[0] for each in view.reasons if each.why not in _OF_THE_SET}:
                found[handle][branch] += 1
    return found


def maintained_handles(session: Session, row: Destination, among: Collection[str]) -> list[str]:
    """Those of these plugins that the person at this destination maintains."""
    actor = Actor(row.platform, row.workspace, row.address, row.name)
    person = known_person(session, actor) if row.is_person else None
    if person is None or not among:
        return []
    ids = {each.plugin_id for each in granted(session, actor)}
    ids |= maintained_plugins(session, person.id or 0)
    mine = select(Plugin.handle).where(col(Plugin.id).in_([each for each in ids if each]))
    return [handle for handle in session.exec(mine.order_by(Plugin.handle)) if handle in among]
