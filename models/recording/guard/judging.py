"""What a line of a report means: a canary server's decides the Guard's verdict, a client site's is field evidence."""

from collections.abc import Sequence
from dataclasses import replace

from models.recording.guard.batch import Batch, KnownVerdict
from models.recording.guard.last_word import NOT_A_WORD, LastWord
from models.recording.guard.lines import Line, Visit, change_of, note_last_word
from models.recording.guard.weighing import weigh
from models.recording.verdicts.changes import (
    Change,
    DetachedWord,
    Failure,
    FieldChange,
    Found,
    SurroundingErrors,
)
from models.rules.blame import suspect
from models.rules.causes import is_telling
from models.rules.doubt import Broken, Doubt, doubts
from models.rules.history_lines import DETACHED
from models.rules.ordering import Arrival, arrival, is_late
from models.rules.rounds import HEALING_ROUNDS, is_another
from models.rules.status import Verdict


def study(batch: Batch, visit: Visit, lines: Sequence[Line]) -> list[Found]:
    """What the lines of a report change; the batch then knows it."""
    if not lines and visit.report.reporter.domain not in batch.troubled:
        return []
    visit.is_late = visit.is_canary and _names_what_was_replaced(batch, lines)
    changes = [change for line in lines if (change := _decide(batch, line))]
    found: list[Found] = [*(_weigh_luck(batch, visit, changes) if visit.is_canary else changes)]
    if batch.news:
        found += [word for line in lines if (word := _detached(batch, line))]
    return found


def _names_what_was_replaced(batch: Batch, lines: Sequence[Line]) -> bool:
    """Whether most of the plugins that moved since their server spoke last are at older commits again.

    A server that takes one plugin back is not told from a late report until it has said so for an hour.
    """
    older = newer = 0
    for line in lines:
        known = batch.verdicts.get(line.key)
        if known is None or known.pair.plugin_sha == line.pair.plugin_sha:
            continue
        order, _ = batch.commits.compare(line.key, known.pair, line.pair)
        said = batch.said.get((line.site_id, line.key.plugin_id), NOT_A_WORD)
        older += order < 0 and (said.plugin_sha == known.pair.plugin_sha or not said.settled)
        newer += order > 0
    return older > newer


def _detached(batch: Batch, line: Line) -> DetachedWord | None:
    """What it means for the plugin's branches that the site works with a commit by itself, said for the first time."""
    key = line.key
    is_good = key.plugin_branch == DETACHED and line.seen.verdict is Verdict.COMPATIBLE
    if not is_good or (line.site_id, key.plugin_id) not in batch.news:
        return None
    return DetachedWord(key.plugin_id, key.host_branch, line.pair)


def _decide(batch: Batch, line: Line) -> Change | FieldChange | None:
    if not line.visit.is_canary:
        return weigh(batch, line)
    said = note_last_word(batch, line, None)
    if line.seen.verdict is Verdict.UNKNOWN:
        return None  # the guard says that it does not know: that is no evidence
    if line.seen.verdict.broken and line.traits.of_surroundings:
        line.visit.ailing.append(line)
        return None  # the server has a card for that
    return _judge(batch, line, said)


def _weigh_luck(
    batch: Batch, visit: Visit, changes: Sequence[Change | FieldChange]
) -> list[Change | FieldChange]:
    """The same changes, each with the doubt about it; what is the server's own trouble is noted for its card."""
    found = [_broken(change, change.failure) for _, change in visit.broke if change.failure]
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
        batch.surroundings[report.reporter.domain] = SurroundingErrors(
            report.host_branch, report.host_sha, errors
        )
    return [
        replace(change, doubt=weighed.get(change.key)) if isinstance(change, Change) else change
        for change in changes
    ]


def _broken(change: Change, failure: Failure) -> Broken:
    own = is_telling(failure.message)
    common = bool(failure.message) and not own
    return Broken(suspect(change.last_good, change.pair), failure.fingerprint, common)


def _judge(batch: Batch, line: Line, said: LastWord) -> Change | None:
    """A canary server's line decides the guard's verdict; a heartbeat and an outdated line change nothing.

    `said` is what the server said before.
    """
    key, says = line.key, line.seen.verdict
    known = batch.verdicts.get(key)
    if known is None:
        batch.commits.place(key, line.pair)
        known = batch.verdicts[key] = KnownVerdict(says, line.pair, None)
        batch.moved.add(key)
        change = _noted_change(line, known)
        known.good = line.pair if says is Verdict.COMPATIBLE else None
        return change
    if known.is_well_at(line.pair) and says is Verdict.COMPATIBLE:
        batch.heard.add(key)  # as nearly all lines
        return None
    return _compare(batch, line, known, said)


def _compare(batch: Batch, line: Line, known: KnownVerdict, said: LastWord) -> Change | None:
    """What the line does, by how its commits relate to those of the verdict."""
    key, says = line.key, line.seen.verdict
    order = (0, 0) if line.pair == known.pair else batch.commits.compare(key, known.pair, line.pair)
    if line.visit.is_late and batch.commits.is_fresh(key.host_branch, line.pair.host_sha):
        order = (order[0], -1)  # the host's commit is no newer than those of the plugins
    found = arrival(known.pair, known.verdict, line.pair, says, order)
    if found is Arrival.HEARTBEAT:
        return _repeat(batch, line, known)
    is_there = (said.plugin_branch, said.host_branch) == (key.plugin_branch, key.host_branch)
    if is_late(
        found,
        order,
        says=says,
        is_well_again=_is_well_again(line, known),
        had_newer=is_there and said.plugin_sha == known.pair.plugin_sha,
        # A server that spoke of other branches last is believed that a plugin fails, and not that it was taken back.
        is_settled=bool(said.settled) if is_there else says.broken,
    ):
        return None
    return _move(batch, line, known)


def _move(batch: Batch, line: Line, known: KnownVerdict) -> Change | None:
    """The verdict moves to newer commits, gets worse on the same ones, or heals there."""
    key, says = line.key, line.seen.verdict
    stays_good = says is known.verdict is Verdict.COMPATIBLE and not known.stale
    change = _noted_change(line, known)
    if says.broken and not known.verdict.broken:
        line.visit.broke.append((line, change))
    known.verdict = says
    known.pair = line.pair
    known.stale = False
    if says is Verdict.COMPATIBLE:
        known.good = line.pair
    batch.moved.add(key)
    # Good at a newer commit as it was before is no news, unless somebody else had an incident opened, or it clears one.
    return None if stays_good and key not in batch.awaited else change


def _repeat(batch: Batch, line: Line, known: KnownVerdict) -> Change | None:
    """The same commits once more: a heartbeat, unless it is one more round on commits that failed."""
    key, says = line.key, line.seen.verdict
    if known.verdict.broken:
        another_round = _fails_again if says.broken else _works_again
        if change := another_round(batch, line, known):
            return change
    if known.stale and says is not known.verdict:
        return None  # a verdict that is over does not count again because somebody says otherwise
    revived, known.stale = known.stale, False
    (batch.moved if revived else batch.heard).add(key)
    return _noted_change(line, known) if revived else None


def _is_well_again(line: Line, known: KnownVerdict) -> bool:
    """Whether the server that found it failing finds it good."""
    same_server = known.said_by == line.visit.report.reporter.domain
    return known.verdict.broken and same_server and line.seen.verdict is Verdict.COMPATIBLE


def _fails_again(batch: Batch, line: Line, known: KnownVerdict) -> Change | None:
    """One more round that fails: no good one counts any more, and it ends the doubt."""
    key, visit = line.key, line.visit
    if known.good_rounds:
        known.good_rounds = 0
        batch.moved.add(key)
    if not (known.doubted and is_another(known.last_round, visit.round)):
        return None
    known.doubted, known.stale = False, False
    batch.moved.add(key)
    return _noted_change(line, known)


def _works_again(batch: Batch, line: Line, known: KnownVerdict) -> Change | None:
    """One more round that is good, on the server that found it failing: the last of several heals."""
    visit = line.visit
    if known.said_by not in {None, visit.report.reporter.domain}:
        return None
    if not is_another(known.last_round, visit.round):
        return None
    known.good_rounds += 1
    known.count(visit.round)
    batch.moved.add(line.key)
    return _move(batch, line, known) if known.good_rounds >= HEALING_ROUNDS else None


def _noted_change(line: Line, known: KnownVerdict) -> Change:
    """The change that the line makes, seen from the last good pair so far; a failure is noted with its round."""
    change = change_of(line, known.good)
    known.failure = change.failure
    if change.failure:
        known.said_by, known.good_rounds = change.failure.said_by, 0
        known.count(line.visit.round)
    return change
