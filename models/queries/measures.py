"""What is measured for those who are paged. Numbers alone, so that they are the same for everybody."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from models.queries.privacy import visible
from models.rules.privacy import PUBLIC
from models.rules.status import BROKEN, Verdict
from models.tables import Announcement, Incident
from models.views.measures import MeasuresView, WaitingView


def measures(session: Session, now: datetime) -> MeasuresView:
    """What waits at `now`, and what is broken, as far as anyone may know it."""
    waiting = session.exec(
        select(Announcement.platform, func.count(), func.min(Announcement.created_at))
        .where(col(Announcement.sent_at).is_(None), col(Announcement.dead_at).is_(None))
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
    )
