"""A batch of Plugin Guard reports: the hot path. Every statement serves the whole batch.

What nearly always happens (a heartbeat) ends here. What seldom happens (a verdict that changes, news from a client
site) is handed to `settle` as changes, in the order in which it arrived.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from models import bulk
from models.events import GuardReport, Observation, Outcome, PluginError
from models.recording import batch as batches
from models.recording.batch import Batch, Known
from models.recording.changes import Change, FieldChange, Key
from models.rules.blame import Pair
from models.rules.fingerprint import fingerprint
from models.rules.ordering import Arrival, arrival
from models.rules.status import Source, Verdict
from models.tables.site import SiteKind


class _Line(NamedTuple):
    """One plugin's line, with what it speaks of."""

    report: GuardReport
    seen: Observation
    site_id: int
    key: Key
    pair: Pair


def record_reports(
    session: Session, reports: Sequence[GuardReport], now: datetime
) -> tuple[list[Outcome], list[Change | FieldChange]]:
    """Record the reports; return what to answer to each, and the changes to settle."""
    batch = batches.load(session, reports, now)
    outcomes: list[Outcome] = []
    lines: list[_Line] = []
    for report in reports:
        outcome, accepted = _accept(report, batch)
        outcomes.append(outcome)
        lines += accepted
    changes = [change for line in lines if (change := _decide(batch, line))]
    if lines:
        bulk.run(session, _INSERT_REPORTS, [_report_row(line) for line in lines], now=now)
        bulk.run(session, _UPSERT_INSTALLATIONS, _installation_rows(lines), now=now)
        batches.store(session, batch, now)
    return outcomes, changes


def _accept(report: GuardReport, batch: Batch) -> tuple[Outcome, list[_Line]]:
    """Sort a report's lines into those that count and those that are refused, each with its reason."""
    reporter = report.reporter
    if reporter.key_id not in batch.live_keys:
        return Outcome(refused="this API key was revoked"), []
    site_id = batch.site_ids[reporter.kind, reporter.domain]
    lines: list[_Line] = []
    errors = list(report.rejected)
    for seen in report.observations:
        plugin_id = batch.plugin_ids.get(seen.handle)
        if plugin_id is None:
            errors.append(PluginError(seen.name, "is not in the master list; an operator can import it"))
        elif reporter.kind is SiteKind.CLIENT and (site_id, plugin_id) not in batch.registered:
            errors.append(PluginError(seen.name, f"is not registered by {reporter.domain}; register it first"))
        else:
            key = Key(plugin_id, seen.branch, report.host_branch)
            lines.append(_Line(report, seen, site_id, key, Pair(seen.sha, report.host_sha)))
    return Outcome(tuple(line.seen.name for line in lines), tuple(errors)), lines


def _decide(batch: Batch, line: _Line) -> Change | FieldChange | None:
    if line.seen.verdict is Verdict.UNKNOWN:
        return None  # the guard says that it does not know: that is no evidence
    if line.report.reporter.kind is SiteKind.CANARY:
        return _judge(batch, line)
    return _weigh(batch, line)


def _judge(batch: Batch, line: _Line) -> Change | None:
    """A canary server's line decides the guard's verdict. A heartbeat and an outdated line change nothing."""
    key, says = line.key, line.seen.verdict
    known = batch.verdicts.get(key)
    if known is None:
        batch.commits.hear(key, line.pair)
        batch.verdicts[key] = Known(says, line.pair, line.pair if says is Verdict.COMPATIBLE else None)
        batch.touched.add(key)
        return _change(line, None)
    order = (0, 0) if line.pair == known.pair else batch.commits.compare(key, known.pair, line.pair)
    match arrival(known.pair, known.verdict, line.pair, says, order):
        case Arrival.OLDER:
            return None
        case Arrival.HEARTBEAT:
            batch.touched.add(key)
            revived, known.stale = known.stale, False
            return _change(line, known.good) if revived and says is known.verdict else None
    return _move(batch, line, known)


def _move(batch: Batch, line: _Line, known: Known) -> Change | None:
    """The verdict moves to newer commits, or gets worse on the same ones."""
    key, says, last_good = line.key, line.seen.verdict, known.good
    stays_good = says is known.verdict is Verdict.COMPATIBLE and not known.stale
    known.verdict, known.pair, known.stale = says, line.pair, False
    if says is Verdict.COMPATIBLE:
        known.good = line.pair
    batch.touched.add(key)
    # Good at a newer commit as it was before is no news, unless client sites had an incident opened.
    return None if stays_good and key not in batch.open_incidents else _change(line, last_good)


def _weigh(batch: Batch, line: _Line) -> FieldChange | None:
    """A client site's line is field evidence: news when this site did not say so before."""
    place = (line.site_id, line.key.plugin_id)
    says = (str(line.seen.verdict), line.key.plugin_branch, line.pair.plugin_sha, line.key.host_branch)
    said = batch.said.get(place)
    batch.said[place] = says
    if said == says:
        return None
    failed_before = said is not None and said[0] == Verdict.INCOMPATIBLE
    if line.seen.verdict is Verdict.COMPATIBLE and not failed_before:
        return None
    left = Key(line.key.plugin_id, said[1], said[3]) if said and failed_before and said[1] and said[3] else None
    return FieldChange(_change(line, None), left)


def _change(line: _Line, last_good: Pair | None) -> Change:
    seen = line.seen
    broken = seen.verdict.broken
    return Change(
        key=line.key,
        source=Source.GUARD,
        verdict=seen.verdict,
        pair=line.pair,
        last_good=last_good,
        fingerprint=fingerprint(seen.handle, seen.message, seen.backtrace) if broken else "",
        message=seen.message,
        backtrace=seen.backtrace,
        site_domain=line.report.reporter.domain,
    )


def _report_row(line: _Line) -> tuple[object, ...]:
    seen = line.seen
    place = (line.site_id, *line.key, line.pair.plugin_sha, line.pair.host_sha)
    return (*place, seen.verdict, seen.message, seen.backtrace)


def _installation_rows(lines: Iterable[_Line]) -> list[tuple[object, ...]]:
    newest = {(line.site_id, line.key.plugin_id): line for line in lines}
    return [
        (
            *place,
            line.key.plugin_branch,
            line.pair.plugin_sha,
            line.key.host_branch,
            line.pair.host_sha,
            line.seen.verdict,
        )
        for place, line in sorted(newest.items(), key=lambda item: item[0])
    ]


_INSERT_REPORTS = """
INSERT INTO report (received_at, source, site_id, plugin_id, plugin_branch, host_branch, plugin_sha, host_sha,
                    verdict, message, backtrace)
SELECT :now, 'guard', site_id, plugin_id, plugin_branch, host_branch, plugin_sha, host_sha, verdict, message, backtrace
FROM {rows(site_id int, plugin_id int, plugin_branch text, host_branch text, plugin_sha text, host_sha text,
           verdict text, message text, backtrace text)} r
"""
_UPSERT_INSTALLATIONS = """
INSERT INTO installation (site_id, plugin_id, plugin_branch, plugin_sha, host_branch, host_sha, verdict, seen_at)
SELECT site_id, plugin_id, plugin_branch, plugin_sha, host_branch, host_sha, verdict, :now
FROM {rows(site_id int, plugin_id int, plugin_branch text, plugin_sha text, host_branch text, host_sha text,
           verdict text)} r WHERE true
ON CONFLICT (site_id, plugin_id) DO UPDATE
SET plugin_branch = excluded.plugin_branch, plugin_sha = excluded.plugin_sha, host_branch = excluded.host_branch,
    host_sha = excluded.host_sha, verdict = excluded.verdict, seen_at = excluded.seen_at
"""
