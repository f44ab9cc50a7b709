"""Platforms that are turned off: nothing is put into the outbox for them, and what waits there ends with a word."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlmodel import Session, col, delete, select, update

from models.tables import Announcement, ClosedPlatform, Destination, Posting, Turn


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
    waits = (col(Announcement.sent_at).is_(None), col(Announcement.dead_at).is_(None))
    rows = session.exec(
        select(
            Announcement.id, Destination.platform, Announcement.conversation, Announcement.action
        )
        .join(Destination)
        .where(*waits, col(Destination.platform).in_(platforms))
    ).all()
    for platform in platforms:
        to = select(Destination.id).where(Destination.platform == platform)
        session.exec(
            update(Announcement)
            .where(*waits, col(Announcement.destination_id).in_(to))
            .values(
                dead_at=now,
                error=f"{platform} is turned off",
                lease=None,
                leased_until=None,
                turn=Turn.OVER,
            )
            .execution_options(synchronize_session=False)
        )
    return [
        (platform, conversation)
        for _, platform, conversation, action in rows
        if action == Posting.POST
    ]
