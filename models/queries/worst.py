"""The worst of many plugins and incidents: all are counted, and only those that are shown are read whole."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, case, col, distinct, false, func, select

from models.queries.incidents import WITH_PLUGIN, view_as
from models.queries.list_pages import page_of_list
from models.queries.plugins import ON_THE_LIST
from models.queries.privacy import visible
from models.queries.severity import severity_at, severity_of
from models.rules.privacy import PUBLIC, Clearance
from models.tables import Incident, Plugin, SourceVerdict
from models.views.worst import WatchedPlugins, WorstIncidents, WorstPlugins


def worst_incidents(
    session: Session,
    most: int,
    outbreaks: Collection[int] = (),
    branch: str = "",
    *,
    allowed: Clearance = PUBLIC,
) -> WorstIncidents:
    """The open incidents that may be known, `most` of them shown, but none of these outbreaks.

    Only those on the host `branch`, where one is named.
    """
    is_wanted = [
        col(Incident.resolved_at).is_(None),
        visible(col(Incident.plugin_id), col(Incident.origin), allowed),
    ]
    if branch:
        is_wanted.append(col(Incident.host_branch) == branch)
    is_told = func.coalesce(col(Incident.outbreak_id).in_(outbreaks), false())
    numbers = select(
        func.count(),
        func.count(distinct(col(Incident.plugin_id))),
        func.count(case((is_told, 1))),
    )
    total, plugins, in_outbreaks = session.exec(numbers.where(*is_wanted)).one()
    in_order = severity_of(col(Incident.verdict)).desc(), col(Incident.opened_at), col(Incident.id)
    # Errors and backtraces are long: they are read only of what is shown.
    shown = select(Incident.id).where(*is_wanted, ~is_told).order_by(*in_order).limit(most)
    rows = session.exec(WITH_PLUGIN.where(col(Incident.id).in_(shown)).order_by(*in_order))
    return WorstIncidents(
        tuple(view_as(*row, allowed) for row in rows), total, plugins, in_outbreaks
    )


def watched_plugins(
    session: Session, now: datetime, *, allowed: Clearance = PUBLIC
) -> WatchedPlugins:
    """How many plugins there are, and of how many something is known at `now`."""
    heard = select(func.count(distinct(col(SourceVerdict.plugin_id)))).where(
        severity_at(now) > 0,
        visible(col(SourceVerdict.plugin_id), col(SourceVerdict.source), allowed),
    )
    listed = select(func.count()).select_from(Plugin).where(ON_THE_LIST)
    return WatchedPlugins(session.exec(listed).one(), session.exec(heard).one())


def worst_plugins(
    session: Session,
    now: datetime,
    filter: str,  # noqa: A002 - the word people use
    most: int,
    *,
    allowed: Clearance = PUBLIC,
) -> WorstPlugins:
    """The plugins that `filter` leaves, as `plugins.matching` understands it, `most` of them shown."""
    return page_of_list(session, now, filter, "", slice(0, most), allowed=allowed)
