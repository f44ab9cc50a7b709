"""An outbreak in numbers."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement
from sqlmodel import Session, case, col, distinct, func, select

from models.rules.privacy import Clearance
from models.tables import Incident
from models.views.outbreaks import OutbreakTally


def tally_of(
    session: Session, is_member: Sequence[ColumnElement[bool]], allowed: Clearance
) -> OutbreakTally:
    """The numbers of the outbreak with these members."""
    is_open = col(Incident.resolved_at).is_(None)
    open_plugin = case((is_open, col(Incident.plugin_id)))
    numbers = select(
        func.count(),
        func.count(distinct(col(Incident.plugin_id))),
        func.count(distinct(open_plugin)),
    )
    members = session.exec(numbers.where(*is_member)).one()
    left = select(
        func.count(),
        func.count(col(Incident.muted_at)),
        func.count(col(Incident.acknowledged_at)),
        func.count(col(Incident.owner_id)),
    )
    opened, muted, acknowledged, owned = session.exec(left.where(*is_member, is_open)).one()
    if not allowed.inside:  # only those inside know who does what
        muted = acknowledged = owned = 0
    return OutbreakTally(
        *members,
        muted=muted,
        unmuted=opened - muted,
        unacknowledged=opened - acknowledged,
        unclaimed=opened - owned,
    )
