"""Outbreaks: their incidents, and they in numbers.

All functions here leave out what is not `allowed` to be known, as `models.queries.privacy` says.
"""

from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import sqlalchemy
from sqlalchemy import ColumnElement, Executable, bindparam
from sqlmodel import Session, case, col, distinct, func, select

from models.queries.incidents import view_as
from models.queries.privacy import visible
from models.rules.privacy import PUBLIC, Clearance
from models.rules.routing import OUTBREAK_LISTED
from models.tables import Incident, Outbreak, Plugin, Repository
from models.views.outbreaks import OutbreakTally, OutbreakView

# By columns: each change of an outbreak lists its members, and as rows of SQLModel that takes thrice as long.
_OF_INCIDENT = sqlalchemy.inspect(Incident).columns
_OF_PLUGIN = sqlalchemy.inspect(Plugin).columns
_INCIDENT = [each.key for each in _OF_INCIDENT]
_PLUGIN = [each.key for each in _OF_PLUGIN]
_COLUMNS_WITH_PLUGIN = (
    sqlalchemy.select(*_OF_INCIDENT, *_OF_PLUGIN, col(Repository.private))
    .join(Plugin, col(Plugin.id) == col(Incident.plugin_id))
    .outerjoin(Repository, col(Repository.github_id) == col(Plugin.repository_id))
)


def open_outbreaks(session: Session, *, allowed: Clearance = PUBLIC) -> list[OutbreakView]:
    """Every open outbreak, oldest first."""
    rows = session.exec(
        select(Outbreak).where(col(Outbreak.resolved_at).is_(None)).order_by(col(Outbreak.id)),
    )
    views = [outbreak_view(session, row, allowed=allowed) for row in rows.all()]
    return [view for view in views if view.tally.broken]


def outbreak_numbered(
    session: Session, number: int, limit: int, *, allowed: Clearance = PUBLIC
) -> OutbreakView | None:
    """The outbreak of this number with `limit` incidents at the most; None if there is none, or no incident of it may
    be known.
    """
    row = session.get(Outbreak, number)
    if row is None:
        return None
    view = outbreak_view(session, row, limit, allowed=allowed)
    return view if view.tally.incidents else None


def outbreak_view(
    session: Session, row: Outbreak, limit: int = OUTBREAK_LISTED, *, allowed: Clearance = PUBLIC
) -> OutbreakView:
    """An outbreak with the incidents to list, `limit` at the most."""
    asked = {"outbreak": row.id, "limit": limit}
    listed = session.execute(_members(allowed), asked)
    return OutbreakView(
        number=row.id or 0,
        host_branch=row.host_branch,
        good_host_sha=row.good_host_sha,
        bad_host_sha=row.bad_host_sha,
        by_fingerprint=row.cause.startswith("fingerprint/"),
        opened_at=row.opened_at,
        updated_at=row.updated_at,
        resolved_at=row.resolved_at,
        tally=_tally_of(session, row.id or 0, allowed),
        incidents=tuple(view_as(*_parts(member), allowed) for member in listed),
    )


# The statements are made once for each clearance: whatever changes in an outbreak asks for them.
@lru_cache(maxsize=64)
def _members(allowed: Clearance) -> Executable:
    """Those to list first, `limit` of them."""
    in_order = col(Incident.resolved_at).is_not(None), col(Incident.id)
    members = _COLUMNS_WITH_PLUGIN.where(*_is_member(allowed))
    return members.order_by(*in_order).limit(bindparam("limit"))


@lru_cache(maxsize=64)
def _numbers(allowed: Clearance) -> Executable:
    is_open = col(Incident.resolved_at).is_(None)
    numbers = sqlalchemy.select(
        func.count(),
        func.count(distinct(col(Incident.plugin_id))),
        func.count(distinct(case((is_open, col(Incident.plugin_id))))),
        func.count(case((is_open, col(Incident.id)))),
        func.count(case((is_open, col(Incident.muted_at)))),
        func.count(case((is_open, col(Incident.acknowledged_at)))),
        func.count(case((is_open, col(Incident.owner_id)))),
    )
    return numbers.where(*_is_member(allowed))


def _is_member(allowed: Clearance) -> tuple[ColumnElement[bool], ...]:
    shown = visible(col(Incident.plugin_id), col(Incident.origin), allowed)
    return col(Incident.outbreak_id) == bindparam("outbreak"), shown


def _parts(row: sqlalchemy.Row[Any]) -> tuple[Any, Any, bool | None]:
    """An incident and its plugin by their columns, and whether its repository is private."""
    width = len(_INCIDENT)
    incident = SimpleNamespace(**dict(zip(_INCIDENT, row[:width], strict=True)))
    plugin = SimpleNamespace(**dict(zip(_PLUGIN, row[width:-1], strict=True)))
    return incident, plugin, row[-1]


def _tally_of(session: Session, outbreak: int, allowed: Clearance) -> OutbreakTally:
    found = session.execute(_numbers(allowed), {"outbreak": outbreak}).one()
    incidents, plugins, broken, opened, muted, acknowledged, owned = found
    if not allowed.inside:  # only those inside know who does what
        muted = acknowledged = owned = 0
    return OutbreakTally(
        incidents,
        plugins,
        broken,
        muted=muted,
        unmuted=opened - muted,
        unacknowledged=opened - acknowledged,
        unclaimed=opened - owned,
    )
