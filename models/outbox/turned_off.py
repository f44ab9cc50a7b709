"""Platforms that are turned off: nothing is put into the outbox for them, and what waits there ends with a word."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, delete, select, update

from models.tables import Announcement, ClosedPlatform, Destination, Posting, Turn

_WAITS = (col(Announcement.sent_at).is_(None), col(Announcement.dead_at).is_(None))


def close_others(session: Session, served: Mapping[str, bool], now: datetime) -> None:
    """Note which of all chat platforms are served, as the settings of the bot say."""
    session.exec(delete(ClosedPlatform).where(col(ClosedPlatform.platform).in_(served)))
    closed = [platform for platform, is_served in served.items() if not is_served]
    session.add_all(ClosedPlatform(platform=platform) for platform in closed)
    end_waiting(session, closed, now)


def end_waiting(
    session: Session, platforms: Collection[str], now: datetime
) -> list[tuple[str, str]]:
    """Give up what waits for these platforms; return the platform and conversation of each new card among it."""
    rows = session.exec(
        select(
            Announcement.id, Destination.platform, Announcement.conversation, Announcement.action
        )
        .join(Destination)
        .where(*_WAITS, col(Destination.platform).in_(platforms))
    ).all()
    for platform in platforms:
        to = select(Destination.id).where(Destination.platform == platform)
        _end(session, col(Announcement.destination_id).in_(to), f"{platform} is turned off", now)
    return [
        (platform, conversation)
        for _, platform, conversation, action in rows
        if action == Posting.POST
    ]


def end_waiting_at(session: Session, to: Destination, reason: str, now: datetime) -> None:
    """Give up what waits for this destination."""
    _end(session, col(Announcement.destination_id) == to.id, reason, now)


def _end(session: Session, those: ColumnElement[bool], reason: str, now: datetime) -> None:
    session.exec(
        update(Announcement)
        .where(*_WAITS, those)
        .values(dead_at=now, error=reason, lease=None, leased_until=None, turn=Turn.OVER)
        .execution_options(synchronize_session=False)
    )
