"""A batch of Plugin Guard reports: the hot path. Every statement serves the whole batch.

What nearly always happens (a heartbeat) ends here. What seldom happens (a verdict that changes, news from a client
site) is handed to `settle` as changes, in the order in which it arrived.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from models.database import bulk
from models.database.engine import be_alone, is_alone
from models.events import GuardReport, Outcome
from models.recorders import Recorded
from models.recording.guard import batch as batches
from models.recording.guard.accepting import accept
from models.recording.guard.asking import Asking
from models.recording.guard.batch import Batch
from models.recording.guard.judging import study
from models.recording.guard.lines import Line, Visit
from models.recording.guard.loading import load
from models.recording.settling import settle_within_allowance
from models.recording.silence.surroundings import settle_surroundings
from models.recording.verdicts.changes import Found, SurroundingErrors


class _Noted(NamedTuple):
    """What to answer to each, the changes to settle, and what is heard of the surroundings of canary servers."""

    outcomes: list[Outcome]
    changes: list[Found]
    surroundings: dict[str, SurroundingErrors]


class _Studied(NamedTuple):
    """What to answer, what to store, and what to settle."""

    outcomes: list[Outcome]
    lines: list[Line]
    changes: list[Found]


def record_reports(session: Session, reports: Sequence[GuardReport], now: datetime) -> Recorded:
    """Store the reports, and settle what they change."""
    stored = _record(session, reports, now)
    told = settle_within_allowance(session, stored.changes, now)
    settle_surroundings(session, stored.surroundings, now)
    return Recorded(stored.outcomes, told)


def _record(session: Session, reports: Sequence[GuardReport], now: datetime) -> _Noted:
    asking = Asking()
    batch = load(session, reports, asking, now)
    if not is_alone(session):
        # Nearly all batches are heartbeats, which need no lock. A change is studied again under the lock.
        studied = None if batch.has_new_sites or batch.moves else _study(reports, batch, now)
        if studied and batch.is_quiet:
            batches.note_reporters(session, batch, now)
            return _store(session, batch, studied, now)
        be_alone(session)
        asking.ask_again(session)
        batch = load(session, reports, asking, now)
    batches.note_reporters(session, batch, now)
    return _store(session, batch, _study(reports, batch, now), now)


def _study(reports: Sequence[GuardReport], batch: Batch, now: datetime) -> _Studied:
    """What the reports mean, by what the batch has loaded; afterwards the batch includes them."""
    studied = _Studied([], [], [])
    for report in reports:
        visit = Visit(report, now)
        outcome, accepted = accept(visit, batch)
        studied.outcomes.append(outcome)
        studied.lines.extend(accepted)
        studied.changes.extend(study(batch, visit, accepted))
    return studied


def _store(session: Session, batch: Batch, studied: _Studied, now: datetime) -> _Noted:
    if studied.lines or batch.steady.said:
        with bulk.pipelined(session, into_next=True):
            if studied.lines:
                bulk.run(session, _INSERT_REPORTS, _report_rows(studied.lines), now=now)
            batches.store(session, batch, now)
    return _Noted(studied.outcomes, studied.changes, batch.surroundings)


def _report_rows(lines: Sequence[Line]) -> list[tuple[object, ...]]:
    """The rows to store: lines that say the same of the same commits are stored once, as the first one."""
    rows: dict[tuple[object, ...], tuple[object, ...]] = {}
    for line in lines:
        seen = line.seen
        says = (line.site_id, *line.key, line.pair.plugin_sha, line.pair.host_sha, seen.verdict)
        rows.setdefault(says, (*says, seen.message, seen.backtrace))
    return list(rows.values())


# The hot path, like `statements`: of what each report costs, most would be SQLAlchemy's rows.
_INSERT_REPORTS = """
INSERT INTO report (received_at, source, site_id, plugin_id, plugin_branch, host_branch, plugin_sha, host_sha,
                    verdict, message, backtrace)
SELECT :now, 'guard', site_id, plugin_id, plugin_branch, host_branch, plugin_sha, host_sha, verdict, message, backtrace
FROM {rows(site_id int, plugin_id int, plugin_branch text, host_branch text, plugin_sha text, host_sha text,
           verdict text, message text, backtrace text)} r
"""
