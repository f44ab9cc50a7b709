"""Words that are taken back: the runs of CI that they came from say nothing of the plugin."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from models.messages.kept import WITHDRAWN
from models.recording.verdicts.changes import Key
from models.recording.verdicts.incidents import Told, close, tell_all
from models.recording.verdicts.key_states import counted_verdicts, newest_incidents, set_statuses
from models.rules.sources import JudgingSource
from models.tables import SourceVerdict


def withdraw(session: Session, keys: Sequence[Key], now: datetime) -> list[Told]:
    """Remove what CI says of these keys, and close the incidents that rest on nothing else."""
    withdrawn = [key for key in keys if _is_removed(session, key)]
    if not withdrawn:
        return []
    session.flush()
    set_statuses(session, withdrawn, now)
    said = counted_verdicts(session, withdrawn, now)
    steps = []
    for key, incident in newest_incidents(session, withdrawn).items():
        is_blamed = any(each.verdict.broken for each in said[key])
        rests_on_ci = incident.resolved_at is None and incident.origin == JudgingSource.TESTS
        if rests_on_ci and not is_blamed:
            steps.append(close(incident, WITHDRAWN, now))
    return tell_all(session, steps, now)


def _is_removed(session: Session, key: Key) -> bool:
    row = session.get(SourceVerdict, (*key, JudgingSource.TESTS), populate_existing=True)
    if row is not None:
        session.delete(row)
    return row is not None
