"""Outbreaks: their incidents, and they in numbers.

All functions here leave out what is not `allowed` to be known, as `models.queries.privacy` says.
"""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import sqlalchemy
from sqlalchemy import ColumnElement
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
    shown = visible(col(Incident.plugin_id), col(Incident.origin), allowed)
    is_member = (col(Incident.outbreak_id) == row.id, shown)
    in_order = col(Incident.resolved_at).is_not(None), col(Incident.id)
    listed = _COLUMNS_WITH_PLUGIN.where(*is_member).order_by(*in_order).limit(limit)
    return OutbreakView(
        number=row.id or 0,
        host_branch=row.host_branch,
        good_host_sha=row.good_host_sha,
        bad_host_sha=row.bad_host_sha,
        by_fingerprint=row.cause.startswith("fingerprint/"),
        opened_at=row.opened_at,
        updated_at=row.updated_at,
        resolved_at=row.resolved_at,
        tally=tally_of(session, is_member, allowed),
        incidents=tuple(view_as(*_parts(member), allowed) for member in session.execute(listed)),
    )


def _parts(row: sqlalchemy.Row[Any]) -> tuple[Any, Any, bool | None]:
    """An incident and its plugin by their columns, and whether its repository is private."""
    width = len(_INCIDENT)
    incident = SimpleNamespace(**dict(zip(_INCIDENT, row[:width], strict=True)))
    plugin = SimpleNamespace(**dict(zip(_PLUGIN, row[width:-1], strict=True)))
    return incident, plugin, row[-1]


def tally_of(
    session: Session, is_member: Sequence[ColumnElement[bool]], allowed: Clearance
) -> OutbreakTally:
    """The numbers of the outbreak with these members."""
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
    found = session.execute(numbers.where(*is_member)).one()
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
