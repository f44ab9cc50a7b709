"""Whether somebody takes care of an incident, for everybody to know."""

from sqlmodel import Session

from models.tables import Incident
from models.views.care import CareTaken


def care_taken(session: Session, number: int) -> CareTaken:
    """That the incident of this number is acknowledged and claimed, while it is open; not by whom."""
    row = session.get(Incident, number)
    if row is None or row.resolved_at:
        return CareTaken()
    return CareTaken(row.acknowledged_at, row.owner_id is not None)
