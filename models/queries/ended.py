"""Incidents that ended: what was broken when, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, case, col, func, literal, or_, select

from models.queries.incidents import incident_view
from models.queries.privacy import shown_incident, visible
from models.rules.blame import Suspect
from models.rules.privacy import PUBLIC
from models.tables import Incident, Plugin, Repository
from models.views import IncidentView


@dataclass(frozen=True, slots=True)
class EndedFilter:
    """Which incidents that ended are wanted; what is empty stands for any.

    They are of the plugin of this handle, on this branch of the plugin or of the host, with this suspect, and were open
    at some time from `since` on and before `until`.
    """

    handle: str = ""
    branch: str = ""
    suspect: Suspect | None = None
    since: datetime | None = None
    until: datetime | None = None


def ended_incidents(
    session: Session, wanted: EndedFilter, limit: int, offset: int = 0
) -> tuple[list[IncidentView], int]:
    """What everybody may know of those that are wanted, what ended last first, and how many there are in all."""
    chosen = and_(*_conditions(wanted))
    joined = (
        select(Incident, Plugin, _is_private())
        .join(Plugin, col(Plugin.id) == col(Incident.plugin_id))
        .outerjoin(Repository, col(Repository.github_id) == col(Plugin.repository_id))
        .where(chosen)
    )
    newest = joined.order_by(col(Incident.resolved_at).desc(), col(Incident.id).desc())
    rows = session.exec(newest.limit(limit).offset(offset)).all()
    total = session.execute(joined.with_only_columns(func.count())).scalar_one()
    views = [
        shown_incident(incident_view(row, plugin), PUBLIC, hidden=bool(private))
        for row, plugin, private in rows
    ]
    return views, total


def _conditions(wanted: EndedFilter) -> Sequence[ColumnElement[bool]]:
    conditions = [
        col(Incident.resolved_at).is_not(None),
        visible(col(Incident.plugin_id), col(Incident.origin), PUBLIC),
    ]
    if wanted.handle:
        conditions.append(col(Plugin.handle) == wanted.handle)
    if wanted.branch:
        on_either = (Incident.plugin_branch == wanted.branch, Incident.host_branch == wanted.branch)
        conditions.append(or_(*on_either))
    if wanted.suspect:
        conditions.append(_shown_suspect() == wanted.suspect)
    if wanted.since:
        conditions.append(col(Incident.resolved_at) >= wanted.since)
    if wanted.until:
        conditions.append(col(Incident.opened_at) < wanted.until)
    return conditions


def _is_private() -> ColumnElement[bool]:
    return func.coalesce(col(Repository.private), literal(False))


def _shown_suspect() -> ColumnElement[str]:
    """The suspect as it is shown: what CI saw first of a private plugin is not told."""
    is_told = or_(~_is_private(), col(Incident.bad_host_sha) != "")
    return case((is_told, col(Incident.suspect)), else_=str(Suspect.UNKNOWN))
