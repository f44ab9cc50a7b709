"""Records what GitHub says of a repository's owner."""

from datetime import datetime

from sqlmodel import Session

from models.events import Outcome
from models.events.github import OwnerReading
from models.tables import RepositoryOwner


def record_owner(session: Session, reading: OwnerReading, now: datetime) -> Outcome:
    """Keep what the owner says of themselves now."""
    said = reading.owner
    row = RepositoryOwner(
        login_key=said.login.lower(),
        email=said.email or None,
        website=said.website or None,
        description=said.description or None,
    )
    session.merge(row)
    return Outcome(number=1, at=now)
