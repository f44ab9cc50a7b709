"""What a line of a report means: a canary server's decides the Guard's verdict, a client site's is field evidence."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from models.events import GuardReport, Observation
from models.recording.guard.batch import NOT_A_WORD, Batch, KnownVerdict, LastWord
from models.recording.verdicts.changes import Change, Failure, FieldChange, Key, Surroundings
from models.rules.blame import Pair, suspect
from models.rules.doubt import Doubt, doubts
from models.rules.fingerprint import fingerprint
from models.rules.kinds import SiteKind
from models.rules.ordering import Arrival, arrival
from models.rules.rounds import HEALING_ROUNDS, Round, is_another
from models.rules.sources import JudgingSource
from models.rules.status import Verdict
from models.rules.surroundings import is_of_site, is_of_surroundings


@dataclass
class Visit:
    """A report as its server's round. `ailing` are the lines with errors of its surroundings, and `broke` those that
    worked before and fail now.
    """

    report: GuardReport
    now: datetime
    ailing: list["Line"] = field(default_factory=list)
    broke: list[tuple["Line", Change]] = field(default_factory=list)

    @property
    def is_canary(self) -> bool:
        """Whether a canary server reports."""
        return self.report.reporter.kind is SiteKind.CANARY

    @cached_property
    def round(self) -> Round:
        """When it came, with a digest of all that it says."""
        said = [
            (seen.name, seen.branch, seen.sha, str(seen.verdict))
            for seen in self.report.observations
        ]
        whole = repr((self.report.host_branch, self.report.host_sha, said))
        return Round(self.now, hashlib.blake2b(whole.encode(), digest_size=8).hexdigest())


class Line(NamedTuple):
    """One plugin's line, with what it speaks of."""

    visit: Visit
    seen: Observation
    site_id: int
    key: Key
    pair: Pair


def study(batch: Batch, visit: Visit, lines: Sequence[Line]) -> list[Change | FieldChange]:
    """What the lines of a report change; the batch then knows it."""
    changes = [change for line in lines if (change := _decide(batch, line))]
    if not visit.is_canary:
        return changes
    return _weigh_luck(batch, visit, changes)


def _decide(batch: Batch, line: Line) -> Change | FieldChange | None:
    if not line.visit.is_canary:
        return _weigh(batch, line)
    _hear(batch, line, None)
    if line.seen.verdict is Verdict.UNKNOWN:
        return None  # the guard says that it does not know: that is no evidence
    if line.seen.verdict.broken and is_of_surroundings(line.seen.message):
        line.visit.ailing.append(line)
        return None  # the server has a card for that
    return _judge(batch, line)


def _weigh_luck(
    batch: Batch, visit: Visit, changes: Sequence[Change | FieldChange]
) -> list[Change | FieldChange]:
    """The same changes, each with the doubt about it; what is the server's own trouble is noted for its card."""
    found = [
        (suspect(change.last_good, change.pair), change.failure.fingerprint)
        for _, change in visit.broke
        if change.failure
    ]
    weighed = dict(
        zip(
            (change.key for _, change in visit.broke),
            doubts(found, has_trouble=bool(visit.ailing)),
            strict=True,
        )
    )
    lucky = [line for line, change in visit.broke if weighed[change.key] is Doubt.SEVERAL]
    report = visit.report
    if visit.ailing or lucky or report.reporter.domain in batch.troubled:
        errors = tuple((line.seen.handle, line.seen.message or "") for line in visit.ailing + lucky)
        batch.surroundings[report.reporter.domain] = Surroundings(
            report.host_branch, report.host_sha, errors
        )
    return [
        replace(change, doubt=weighed.get(change.key)) if isinstance(change, Change) else change
        for change in changes
    ]


def _hear(batch: Batch, line: Line, failure: Failure | None) -> LastWord:
    """Note what the site says of the plugin, if it is new; return what it said before."""
    place = (line.site_id, line.key.plugin_id)
    says = LastWord(
        line.seen.verdict,
        line.key.plugin_branch,
        line.pair.plugin_sha,
        line.key.host_branch,
        line.pair.host_sha,
        failure and failure.fingerprint,
    )
    said = batch.said.get(place, NOT_A_WORD)
    if said != says:
        batch.said[place] = says
        batch.news.add(place)
    return said


def _judge(batch: Batch, line: Line) -> Change | None:
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
            return _repeat(batch, line, known)
    return _move(batch, line, known)


def _move(batch: Batch, line: Line, known: KnownVerdict) -> Change | None:
    """The verdict moves to newer commits, gets worse on the same ones, or heals there."""
    key, says = line.key, line.seen.verdict
    stays_good = says is known.verdict is Verdict.COMPATIBLE and not known.stale
    change = _described(line, known)
    if says.broken and not known.verdict.broken:
        line.visit.broke.append((line, change))
    known.verdict = says
    known.pair = line.pair
    known.stale = False
    if says is Verdict.COMPATIBLE:
        known.good = line.pair
    batch.moved.add(key)
    # Good at a newer commit as it was before is no news, unless somebody else had an incident opened.
    return None if stays_good and key not in batch.open_incidents else change


def _repeat(batch: Batch, line: Line, known: KnownVerdict) -> Change | None:
    """The same commits once more: a heartbeat, unless it is one more round on commits that failed."""
    key, says = line.key, line.seen.verdict
    if known.verdict.broken and (change := _next_round(batch, line, known)):
        return change
    revived, known.stale = known.stale, False
    (batch.moved if revived else batch.heard).add(key)
    return _described(line, known) if revived and says is known.verdict else None


def _next_round(batch: Batch, line: Line, known: KnownVerdict) -> Change | None:
    """They fail again, which ends the doubt; or the server that found them failing has found them good often enough."""
    key, visit = line.key, line.visit
    is_new = (known.doubted or not line.seen.verdict.broken) and is_another(
        known.last_round, visit.round
    )
    if line.seen.verdict.broken:
        if known.good_rounds:
            known.good_rounds = 0
            batch.moved.add(key)
        if not is_new:
            return None
        known.doubted, known.stale = False, False
        batch.moved.add(key)
        return _described(line, known)
    if not is_new or known.said_by not in {None, visit.report.reporter.domain}:
        return None
    known.good_rounds += 1
    known.count(visit.round)
    batch.moved.add(key)
    return _move(batch, line, known) if known.good_rounds >= HEALING_ROUNDS else None


def _described(line: Line, known: KnownVerdict) -> Change:
    change = _change(line, known.good)
    known.failure = change.failure
    if change.failure:
        known.said_by, known.good_rounds = change.failure.said_by, 0
        known.count(line.visit.round)
    return change


def _weigh(batch: Batch, line: Line) -> FieldChange | None:
    """A client site's line is field evidence: news when the site did not say so before of this commit and branch.

    Errors of its surroundings are its own, and say nothing of the plugin.
    """
    verdict = line.seen.verdict
    if verdict.broken and is_of_site(line.seen.message):
        return None
    change = _change(line, None)
    said = _hear(batch, line, change.failure)
    if verdict is Verdict.UNKNOWN:
        return None  # the guard says that it does not know: that is no evidence
    before = (said.verdict, said.plugin_branch, said.plugin_sha, said.host_branch, said.fingerprint)
    found = change.failure and change.failure.fingerprint
    if before == (
        verdict,
        line.key.plugin_branch,
        line.pair.plugin_sha,
        line.key.host_branch,
        found,
    ):
        return None
    if verdict is Verdict.COMPATIBLE and said.verdict != Verdict.INCOMPATIBLE:
        return None
    return FieldChange(change)


def _change(line: Line, last_good: Pair | None) -> Change:
    seen = line.seen
    failure = _failure(line) if seen.verdict.broken else None
    return Change(line.key, JudgingSource.GUARD, seen.verdict, line.pair, last_good, failure)


def _failure(line: Line) -> Failure:
    seen = line.seen
    found = fingerprint(seen.handle, seen.message, seen.backtrace)
    return Failure(found, seen.message, seen.backtrace, line.visit.report.reporter.domain)
