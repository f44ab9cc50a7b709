"""Verdicts that passed their source's deadline."""

from datetime import datetime

from sqlmodel import Session, col, or_, select

from models.events import Outcome
from models.events.silence import Overdue
from models.recording.verdicts.changes import Key
from models.recording.verdicts.incidents import Told, tell
from models.recording.verdicts.known import newest_incident, set_statuses
from models.rules.incidents import StoryKind
from models.rules.sources import DESCRIPTORS
from models.tables import SourceVerdict


def record_overdue(session: Session, overdue: Overdue, now: datetime) -> tuple[Outcome, list[Told]]:
    """Turn silent verdicts unknown, the longest silent first; `number` in the outcome counts them."""
    silent = session.exec(
        select(SourceVerdict)
        .where(
            col(SourceVerdict.expired).is_(False),
            or_(
                *(
                    (SourceVerdict.source == source)
                    & (SourceVerdict.seen_at < now - about.deadline)
                    for source, about in DESCRIPTORS.items()
                )
            ),
        )
        .order_by(col(SourceVerdict.seen_at))
        .limit(overdue.limit)
    ).all()
    told = [step for verdict in silent if (step := expire(session, verdict, now))]
    return Outcome(number=len(silent)), told


def expire(
    session: Session, verdict: SourceVerdict, now: datetime, *, quiet: bool = False
) -> Told | None:
    """Turn a verdict unknown; return the step to tell of the incident that it leaves open, if any."""
    verdict.expired = True
    key = Key(verdict.plugin_id, verdict.plugin_branch, verdict.host_branch)
    set_statuses(session, [key], now)
    incident = newest_incident(session, key)
    if incident is None or incident.resolved_at is not None:
        return None
    return tell(session, incident, StoryKind.SILENT, now, quiet=quiet)
