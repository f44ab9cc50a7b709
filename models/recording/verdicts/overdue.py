"""Verdicts that passed their source's deadline."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, or_, select

from models.events import Outcome
from models.events.silence import Overdue
from models.recording.verdicts.changes import Key
from models.recording.verdicts.incidents import Told, tell
from models.recording.verdicts.key_states import newest_incidents, set_statuses
from models.recording.verdicts.standing import renew_ending
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
    told = expire(session, silent, now)
    renew_ending(session, now, overdue.limit)
    return Outcome(number=len(silent)), told


def expire(
    session: Session, verdicts: Sequence[SourceVerdict], now: datetime, *, quiet: bool = False
) -> list[Told]:
    """Turn verdicts unknown; return the steps to tell of the incidents that they leave open, one of each."""
    for verdict in verdicts:
        verdict.expired = True
    if not verdicts:
        return []
    session.flush()
    named = (Key(each.plugin_id, each.plugin_branch, each.host_branch) for each in verdicts)
    keys = list(dict.fromkeys(named))
    set_statuses(session, keys, now)
    incidents = newest_incidents(session, keys)
    still_open = [
        incidents[key] for key in keys if key in incidents and not incidents[key].resolved_at
    ]
    return [tell(session, incident, StoryKind.SILENT, now, quiet=quiet) for incident in still_open]
