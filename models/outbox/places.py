"""The rows of the places that messages go to."""

from sqlmodel import Session, select

from models.rules.places import Place
from models.tables import Destination


def destination(session: Session, place: Place) -> Destination:
    """The place's row, made at the first need of it, with the name that it has now."""
    known = select(Destination).where(
        Destination.platform == place.platform, Destination.address == place.address
    )
    row = session.exec(known).first()
    row = row or Destination(
        platform=place.platform, address=place.address, name="", is_person=place.is_person
    )
    if place.workspace and row.workspace != place.workspace:
        row.workspace, row.hears_private = place.workspace, False
    row.name = place.name.replace("\0", "") or row.name or place.address
    session.add(row)
    session.flush()
    return row
