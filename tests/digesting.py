"""Digests composed and recorded in tests, as the clock's job does, at a moment of the test's."""

from datetime import datetime

from models.database.engine import Session
from models.events.silence import DigestsDue
from models.queries.upgrades import blockers
from models.recording.telling.digests import due_digests


def digests_due(session: Session, now: datetime) -> DigestsDue:
    """All that are due then."""
    return DigestsDue(due_digests(session, now, lambda: blockers(session, now), 100))
