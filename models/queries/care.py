"""Whether somebody takes care of incidents, for everybody to know."""

from collections.abc import Collection, Mapping

from sqlmodel import Session, col, select

from models.tables import Incident
from models.views.care import CareTaken


def care_taken(session: Session, numbers: Collection[int]) -> Mapping[int, CareTaken]:
    """That the incidents of these numbers are acknowledged and claimed, while they are open; not by whom."""
    found = session.exec(
        select(Incident.id, Incident.acknowledged_at, Incident.owner_id).where(
            col(Incident.id).in_(numbers), col(Incident.resolved_at).is_(None)
        )
    )
    return {id_ or 0: CareTaken(seen_at, owner is not None) for id_, seen_at, owner in found}
