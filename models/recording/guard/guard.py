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
from models.events import GuardReport, Observation, Outcome, PluginError
from models.recording.guard import batch as batches
from models.recording.guard.batch import NOT_A_WORD, Batch, KnownVerdict, LastWord
from models.recording.guard.sites import REFUSED
from models.recording.verdicts.changes import Change, Failure, FieldChange, Key
from models.rules.blame import Pair
from models.rules.fingerprint import fingerprint
from models.rules.kinds import SiteKind
from models.rules.ordering import Arrival, arrival
from models.rules.sources import JudgingSource
from models.rules.status import Verdict


class _Line(NamedTuple):
    """One plugin's line, with what it speaks of."""

    report: GuardReport
    seen: Observation
    site_id: int
    key: Key
    pair: Pair


class _Studied(NamedTuple):
    """What to answer, what to store, and what to settle."""

    outcomes: list[Outcome]
    lines: list[_Line]
    changes: list[Change | FieldChange]


def record_reports(
    session: Session, reports: Sequence[GuardReport], now: datetime
) -> tuple[list[Outcome], list[Change | FieldChange]]:
    """Record the reports; return what to answer to each, and the changes to settle."""
    batch = batches.load(session, reports, now)
    if not is_alone(session):
        # Heartbeats, nearly all there is, disturb nobody. A change is looked at again once nobody else decides.
        studied = None if batch.has_unnoted_reporters else _study(reports, batch)
        if studied and batch.is_quiet:
            return _store(session, batch, studied, now)
        be_alone(session)
        batch = batches.load(session, reports, now)
    batches.note_reporters(session, batch, now)
    return _store(session, batch, _study(reports, batch), now)


def _study(reports: Sequence[GuardReport], batch: Batch) -> _Studied:
    """What the reports mean, given what is known; the batch then holds what is known with them."""
    outcomes: list[Outcome] = []
    lines: list[_Line] = []
    for report in reports:
        outcome, accepted = _accept(report, batch)
        outcomes.append(outcome)
        lines += accepted
    return _Studied(outcomes, lines, [change for line in lines if (change := _decide(batch, line))])


def _store(
    session: Session, batch: Batch, studied: _Studied, now: datetime
) -> tuple[list[Outcome], list[Change | FieldChange]]:
    if studied.lines:
        with bulk.pipelined(session):
            bulk.run(session, _INSERT_REPORTS, _report_rows(studied.lines), now=now)
            batches.store(session, batch, now)
    return studied.outcomes, studied.changes


def _accept(report: GuardReport, batch: Batch) -> tuple[Outcome, list[_Line]]:
    """Sort a report's lines into those that count and those that are refused, each with its reason."""
    reporter = report.reporter
    if reporter.key_id not in batch.live_keys:
        return Outcome(refused="this API key was revoked"), []
    site_id = batch.site_ids.get((reporter.kind, reporter.domain))
    if site_id is None:
        return Outcome(
            errors=tuple(PluginError(seen.name, REFUSED) for seen in report.observations)
        ), []
    lines: list[_Line] = []
    errors = list(report.rejected)
    for seen in report.observations:
        plugin_id = batch.plugin_ids.get(seen.handle)
        if plugin_id is None:
            errors.append(
                PluginError(seen.name, "is not in the master list; an operator can import it")
            )
        elif reporter.kind is SiteKind.CLIENT and (site_id, plugin_id) not in batch.registered:
            errors.append(
                PluginError(seen.name, f"is not registered by {reporter.domain}; register it first")
            )
        else:
            key = Key(plugin_id, seen.branch, report.host_branch)
            lines.append(_Line(report, seen, site_id, key, Pair(seen.sha, report.host_sha)))
    return Outcome(tuple(line.seen.name for line in lines), tuple(errors)), lines


def _decide(batch: Batch, line: _Line) -> Change | FieldChange | None:
    said = _hear(batch, line)
    if line.seen.verdict is Verdict.UNKNOWN:
        return None  # the guard says that it does not know: that is no evidence
    if line.report.reporter.kind is SiteKind.CANARY:
        return _judge(batch, line)
    return _weigh(line, said)


def _hear(batch: Batch, line: _Line) -> LastWord:
    """Note what the site says of the plugin, if it is new; return what it said before."""
    place = (line.site_id, line.key.plugin_id)
    says = LastWord(
        line.seen.verdict,
        line.key.plugin_branch,
        line.pair.plugin_sha,
        line.key.host_branch,
        line.pair.host_sha,
    )
    said = batch.said.get(place, NOT_A_WORD)
    if said != says:
        batch.said[place] = says
        batch.news.add(place)
    return said


def _judge(batch: Batch, line: _Line) -> Change | None:
    """A canary server's line decides the guard's verdict. A heartbeat and an outdated line change nothing."""
    key, says = line.key, line.seen.verdict
    known = batch.verdicts.get(key)
    if known is None:
        batch.commits.hear(key, line.pair)
        known = batch.verdicts[key] = KnownVerdict(says, line.pair, None)
        batch.moved.add(key)
        change = _described(line, known)
        known.good = line.pair if says is Verdict.COMPATIBLE else None
        return change
    order = (0, 0) if line.pair == known.pair else batch.commits.compare(key, known.pair, line.pair)
    match arrival(known.pair, known.verdict, line.pair, says, order):
        case Arrival.OLDER:
            return None
        case Arrival.HEARTBEAT:
            revived, known.stale = known.stale, False
            (batch.moved if revived else batch.heard).add(key)
            return _described(line, known) if revived and says is known.verdict else None
    return _move(batch, line, known)


def _move(batch: Batch, line: _Line, known: KnownVerdict) -> Change | None:
    """The verdict moves to newer commits, or gets worse on the same ones."""
    key, says = line.key, line.seen.verdict
    stays_good = says is known.verdict is Verdict.COMPATIBLE and not known.stale
    change = _described(line, known)
    known.verdict = says
    known.pair = line.pair
    known.stale = False
    if says is Verdict.COMPATIBLE:
        known.good = line.pair
    batch.moved.add(key)
    # Good at a newer commit as it was before is no news, unless somebody else had an incident opened.
    return None if stays_good and key not in batch.open_incidents else change


def _described(line: _Line, known: KnownVerdict) -> Change:
    change = _change(line, known.good)
    known.failure = change.failure
    return change


def _weigh(line: _Line, said: LastWord) -> FieldChange | None:
    """A client site's line is field evidence: news when the site did not say so before of this commit and branch."""
    verdict = line.seen.verdict
    before = (said.verdict, said.plugin_branch, said.plugin_sha, said.host_branch)
    if before == (verdict, line.key.plugin_branch, line.pair.plugin_sha, line.key.host_branch):
        return None
    if verdict is Verdict.COMPATIBLE and said.verdict != Verdict.INCOMPATIBLE:
        return None
    return FieldChange(_change(line, None))


def _change(line: _Line, last_good: Pair | None) -> Change:
    seen = line.seen
    failure = _failure(line) if seen.verdict.broken else None
    return Change(line.key, JudgingSource.GUARD, seen.verdict, line.pair, last_good, failure)


def _failure(line: _Line) -> Failure:
    seen = line.seen
    found = fingerprint(seen.handle, seen.message, seen.backtrace)
    return Failure(found, seen.message, seen.backtrace, line.report.reporter.domain)


def _report_rows(lines: Sequence[_Line]) -> list[tuple[object, ...]]:
    """What is stored: of lines that say the same of the same commits, however often they do, the first."""
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
