"""What is measured for those who are paged. Numbers alone, so that they are the same for everybody."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, case, col, func, select

from models.queries.privacy import visible
from models.rules.privacy import PUBLIC
from models.rules.status import BROKEN, Verdict
from models.tables import Announcement, Destination, Incident, WatchedSource
from models.views.measures import MeasuresView, WaitingView

# Who reads the metrics is not known, so that what tells of a private plugin is not counted.
_COUNTED = col(Announcement.private).is_(False)
_PENDING = and_(col(Announcement.sent_at).is_(None), col(Announcement.dead_at).is_(None), _COUNTED)


def measures(session: Session, now: datetime) -> MeasuresView:
    """What waits at `now`, and what is broken, as far as anyone may know it."""
    waiting = session.exec(
        select(Announcement.platform, func.count(), func.min(Announcement.created_at))
        .where(_PENDING)
        .group_by(Announcement.platform)
    )
    found = session.exec(
        select(Incident.verdict, func.count())
        .where(
            col(Incident.resolved_at).is_(None),
            visible(col(Incident.plugin_id), col(Incident.origin), PUBLIC),
        )
        .group_by(Incident.verdict)
    )
    incidents = dict.fromkeys(BROKEN, 0)
    incidents |= {Verdict(verdict): number for verdict, number in found}
    return MeasuresView(
        {
            platform: WaitingView(number, max(now - oldest, timedelta(0)))
            for platform, number, oldest in waiting
        },
        incidents,
        retried=_by_platform(session, _PENDING, col(Announcement.error).is_not(None)),
        given_up=_by_platform(session, col(Announcement.dead_at).is_not(None), _COUNTED),
        suspended=_suspended(session),
        silent=_silent(session),
    )


def _by_platform(session: Session, *conditions: ColumnElement[bool]) -> dict[str, int]:
    """How many messages meet the conditions, by platform."""
    found = select(Announcement.platform, func.count()).where(*conditions)
    return dict(session.exec(found.group_by(Announcement.platform)).all())


def _suspended(session: Session) -> dict[str, int]:
    found = select(Destination.platform, func.count()).where(
        col(Destination.parked_at).is_not(None)
    )
    return dict(session.exec(found.group_by(Destination.platform)).all())


def _silent(session: Session) -> dict[str, int]:
    """Sources that ought to be heard and are not; each kind of which there are any is counted."""
    is_silent = case((col(WatchedSource.trouble).is_not(None), 1), else_=0)
    found = select(WatchedSource.kind, func.sum(is_silent)).where(col(WatchedSource.expected))
    return {kind: int(number) for kind, number in session.exec(found.group_by(WatchedSource.kind))}
