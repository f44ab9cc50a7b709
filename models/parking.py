"""Destinations that take no messages any more: parked, told of, and tried again after a restart."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select, update

from models import outbox
from models.messages.delivery import parked_notice
from models.tables import Action, Destination


def park(session: Session, destination_id: int, reason: str, now: datetime) -> None:
    """Send the destination nothing more, keep what waits for it, and tell the guardians elsewhere."""
    destination = session.get_one(Destination, destination_id)
    if destination.parked_at is not None:
        return
    destination.parked_at, destination.parked_because = now, reason
    notice = parked_notice(destination.platform, destination.name, reason)
    guardians = select(Destination.id).where(col(Destination.guardians), col(Destination.parked_at).is_(None))
    for guardian_id in session.exec(guardians.where(col(Destination.id) != destination_id)).all():
        conversation = f"parked:{destination_id}:{now.timestamp():.0f}"
        outbox.enqueue(session, guardian_id or 0, conversation, Action.POST, notice, now)


def unpark(session: Session, platforms: Sequence[str]) -> None:
    """Try the platforms' parked destinations again."""
    session.exec(
        update(Destination)
        .where(col(Destination.platform).in_(platforms), col(Destination.parked_at).is_not(None))
        .values(parked_at=None, parked_because=None)
    )
