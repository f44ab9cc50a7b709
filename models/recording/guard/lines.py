"""The lines of reports, what each says, and what its site said before."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from models.events import GuardReport, Observation
from models.recording.guard.batch import Batch
from models.recording.guard.last_word import NOT_A_WORD, LastWord
from models.recording.verdicts.changes import Change, Failure, Key
from models.rules.blame import Pair, suspect
from models.rules.kinds import SiteKind
from models.rules.rounds import Round
from models.rules.sources import JudgingSource
from models.rules.status import Verdict
from models.rules.traits import ErrorTraits, traits_of


@dataclass
class Visit:
    """A report as its server's round. `ailing` are the lines with errors of its surroundings, and `broke` those that
    worked before and fail now. It `is_late` where it names what its server has replaced since.
    """

    report: GuardReport
    now: datetime
    ailing: list["Line"] = field(default_factory=list)
    broke: list[tuple["Line", Change]] = field(default_factory=list)
    is_late: bool = False

    @property
    def is_canary(self) -> bool:
        """Whether a canary server reports."""
        return self.report.reporter.kind is SiteKind.CANARY

    @cached_property
    def round(self) -> Round:
        """When it came, with a digest of all that it says."""
        said = sorted(
            (seen.name, seen.branch, seen.sha, str(seen.verdict))
            for seen in self.report.observations
        )
        whole = repr((self.report.host_branch, self.report.host_sha, said))
        return Round(self.now, hashlib.blake2b(whole.encode(), digest_size=8).hexdigest())


class Line(NamedTuple):
    """One plugin's line, with what it speaks of."""

    visit: Visit
    seen: Observation
    site_id: int
    key: Key
    pair: Pair

    @property
    def traits(self) -> ErrorTraits:
        """What its words tell of the error."""
        seen = self.seen
        return seen.traits or traits_of(seen.handle, seen.message, seen.backtrace)


def note_last_word(batch: Batch, line: Line, failure: Failure | None) -> LastWord:
    """Note what the site says of the plugin, if it is new; return what it said before."""
    place = (line.site_id, line.key.plugin_id)
    said = batch.said.get(place, NOT_A_WORD)
    good = None if line.visit.is_canary else _newer_good(batch, said, line)
    good_plugin, good_host = (good.plugin_sha, good.host_sha) if good else (None, None)
    says = LastWord(
        line.seen.verdict,
        line.key.plugin_branch,
        line.pair.plugin_sha,
        line.key.host_branch,
        line.pair.host_sha,
        failure and failure.fingerprint,
        failure and _what_moved(said, line),
        good_plugin,
        good_host,
        said.settled and _is_same_commit(said, line),
    )
    if said != says:
        batch.said[place] = says
        batch.news.add(place)
    return said


def _newer_good(batch: Batch, said: LastWord, line: Line) -> Pair | None:
    """The newest pair that the site found good, if it is another one than it speaks of: a good word of older commits
    is late, or the site went back to them, and what worked on newer ones worked.
    """
    good = said.good
    if good is None or not _is_same_place(said, line):
        return None
    works = line.seen.verdict is Verdict.COMPATIBLE
    return None if works and not batch.commits.is_older(line.key, good, line.pair) else good


def _is_same_place(said: LastWord, line: Line) -> bool:
    here = (line.key.plugin_branch, line.key.host_branch)
    return (said.plugin_branch, said.host_branch) == here


def _is_same_commit(said: LastWord, line: Line) -> bool:
    same = (line.key.plugin_branch, line.pair.plugin_sha)
    return (said.plugin_branch, said.plugin_sha) == same


def _what_moved(said: LastWord, line: Line) -> str | None:
    """Whom the site would suspect, by what it said before; while it fails on the same commit that stays."""
    if not _is_same_place(said, line):
        return None
    if said.verdict == Verdict.COMPATIBLE:
        return suspect(said.good, line.pair)
    return said.suspect if said.plugin_sha == line.pair.plugin_sha else None


def change_of(line: Line, last_good: Pair | None) -> Change:
    """What the line would change, where it works or fails otherwise than before."""
    seen = line.seen
    failure = _failure(line) if seen.verdict.broken else None
    return Change(line.key, JudgingSource.GUARD, seen.verdict, line.pair, last_good, failure)


def _failure(line: Line) -> Failure:
    seen = line.seen
    found = line.traits.fingerprint
    return Failure(found, seen.message, seen.backtrace, line.visit.report.reporter.domain)
