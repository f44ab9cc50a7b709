"""Records which version of the host a branch is."""

from datetime import datetime

from sqlmodel import Session

from models.events import Outcome
from models.events.github import HostVersionReading
from models.tables import HostVersion


def record_host_version(session: Session, reading: HostVersionReading, now: datetime) -> Outcome:
    """Note the version in place of the one before."""
    session.merge(HostVersion(branch=reading.branch, version=reading.version, read_at=now))
    return Outcome(number=1, at=now)
