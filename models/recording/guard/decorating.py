"""What extensions add to the cards of incidents: stored, and shown on each that stands where the extension is used."""

from datetime import datetime

from sqlmodel import Session, select

from models.events import Outcome
from models.events.extensions import Decorated
from models.extensions.using import used_in
from models.recording.telling.redrawing import redraw
from models.tables import CardDecoration, Extension, Incident


def record_decorated(session: Session, said: Decorated, now: datetime) -> Outcome:
    """Note what is added from now on, and have the cards edited if that is something else. `number` is 1 then."""
    incident = session.get(Incident, said.incident)
    extension = session.exec(select(Extension).where(Extension.handle == said.handle)).first()
    if incident is None or extension is None:
        return Outcome(at=now)
    of_both = select(CardDecoration).where(
        CardDecoration.extension_id == extension.id,
        CardDecoration.incident_id == incident.id,
        CardDecoration.language == said.language,
    )
    row = session.exec(of_both).first()
    text = said.added.to_json() if said.added.blocks else ""
    if text == (row.message if row else ""):
        return Outcome(at=now)
    if row is not None and not text:
        session.delete(row)
    elif row is not None:
        row.message, row.drawn_at = text, now
        session.add(row)
    else:
        number = extension.id or 0
        session.add(
            CardDecoration(
                extension_id=number,
                incident_id=said.incident,
                language=said.language,
                message=text,
                drawn_at=now,
            )
        )
    session.flush()
    redraw(session, incident, used_in(session, said.handle), now)
    return Outcome(number=1, at=now)
