"""What must be known to record a batch of guard reports, and how it is stored for all of them at once."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from models.database import bulk
from models.events import GuardReport
from models.recording.guard.context import RESOLUTION, ReportingSite
from models.recording.guard.last_word import LastWord
from models.recording.guard.new_names import NewNames
from models.recording.guard.sites import room
from models.recording.guard.statements import (
    CONFIRM_VERDICTS,
    NOTE_USED_KEYS,
    UPSERT_INSTALLATIONS,
    UPSERT_SITES,
    UPSERT_VERDICTS,
)
from models.recording.guard.steady import Steady
from models.recording.verdicts.changes import Failure, Key, SurroundingErrors
from models.recording.verdicts.commits import CommitOrder, commits_of
from models.rules.blame import Pair
from models.rules.namesakes import Listed, ids_within
from models.rules.rounds import Round
from models.rules.status import Verdict


@dataclass(slots=True)
class KnownVerdict:
    """The guard's verdict on a key. It is `stale` if it had passed its deadline.

    `good` is the last pair that worked. `failure` is set with a new verdict, and never loaded. Of a bad one: who said
    it, its last round that counted, how many in a row were good since, and whether it is `doubted`, because one report
    alone says so. `counted` is set with a new round.
    """

    verdict: Verdict
    pair: Pair
    good: Pair | None
    stale: bool = False
    failure: Failure | None = None
    said_by: str | None = None
    good_rounds: int = 0
    last_round: Round | None = None
    doubted: bool = False
    counted: bool = False

    def is_well_at(self, pair: Pair) -> bool:
        """Whether it says that these very commits work, and still counts."""
        return self.verdict is Verdict.COMPATIBLE and self.pair == pair and not self.stale

    def count(self, this: Round) -> None:
        """Let this be the last round that counted."""
        self.last_round, self.counted = this, True


@dataclass(slots=True)
class Batch:
    """The state that a batch of reports meets, and the marks of what in it must be stored.

    The `steady` lines change nothing; of their plugins nothing else is loaded. The recorder changes `verdicts` and
    `said`. In `heard` it marks the verdicts that were only confirmed, in `moved` those that changed, and in `news` what
    in `said` is new. `registered`, `said`, `news` and `old_words` go by site and plugin; an old word may not have
    counted any more, so that field evidence `recounts` where it is said once more.
    `unnoted_sites` and `unnoted_keys` were not noted within the last minute, or the site has another host commit now.
    In `awaited` are keys of which a good word is news although they were good: they have an open incident, or one of
    the plugin on another branch of the host accuses both. `troubled` are the canary servers whose surroundings were
    failing, and `surroundings` what reports say of that now. Something `moves` if a canary server speaks of other
    commits than before, which only who is alone may judge.
    """

    live_keys: set[int]
    site_ids: dict[tuple[str, str], int]
    plugins: dict[str, Listed]
    steady: Steady = field(default_factory=Steady)
    registered: set[tuple[int, int]] = field(default_factory=set)
    said: dict[tuple[int, int], LastWord] = field(default_factory=dict)
    news: set[tuple[int, int]] = field(default_factory=set)
    old_words: set[tuple[int, int]] = field(default_factory=set)
    recounts: bool = False
    verdicts: dict[Key, KnownVerdict] = field(default_factory=dict)
    heard: set[Key] = field(default_factory=set)
    moved: set[Key] = field(default_factory=set)
    unnoted_sites: list[ReportingSite] = field(default_factory=list)
    unnoted_keys: list[tuple[int]] = field(default_factory=list)
    awaited: set[Key] = field(default_factory=set)
    troubled: set[str] = field(default_factory=set)
    surroundings: dict[str, SurroundingErrors] = field(default_factory=dict)
    moves: bool = False
    commits: CommitOrder = field(default_factory=CommitOrder)
    new_names: NewNames = field(default_factory=NewNames)
    _ids: dict[str | None, dict[str, int]] = field(default_factory=dict)

    def ids(self, report: GuardReport) -> dict[str, int]:
        """The plugins that the report's names mean."""
        within = report.ecosystem
        if within not in self._ids:
            self._ids[within] = ids_within(within, self.plugins)
        return self._ids[within]

    def site_id(self, report: GuardReport) -> int | None:
        """The site of the report, if it is known."""
        return self.site_ids.get((report.reporter.kind, report.reporter.domain))

    def is_steady(self, report: GuardReport) -> bool:
        """Whether all that the report names is known, and all that it says changes nothing."""
        ids = self.ids(report)
        plugin_ids = [ids.get(seen.handle) for seen in report.observations]
        return None not in plugin_ids and self.steady.moving.isdisjoint(plugin_ids)

    def unheard(self, key: Key, pair: Pair) -> list[object]:
        """What of the key and its commits nobody spoke of before."""
        known = self.verdicts.get(key)
        if known is not None and known.pair == pair:
            return []
        unheard: list[object] = [] if known else [key]
        commits = commits_of(key, pair)
        return unheard + [each for each in commits if each not in self.commits.places]

    @property
    def is_quiet(self) -> bool:
        """Whether all reports are heartbeats. Then they can be stored while other processes record, too."""
        return not (self.news or self.moved or self.surroundings or self.recounts)

    @property
    def has_new_sites(self) -> bool:
        """Whether sites must be admitted before their reports can be recorded."""
        return any(site.name not in self.site_ids for site in self.unnoted_sites)


def note_reporters(session: Session, batch: Batch, now: datetime) -> None:
    """Note when keys were used, and when sites were heard and which commit their host is at."""
    if batch.unnoted_keys:
        bulk.run(session, NOTE_USED_KEYS, batch.unnoted_keys, now=now)
    sites = _admitted(session, batch)
    if sites:
        for site_id, kind, domain in bulk.run(session, UPSERT_SITES, sites, now=now):
            batch.site_ids[kind, domain] = site_id


def _admitted(session: Session, batch: Batch) -> list[ReportingSite]:
    """The sites to note, without new ones for which their key has no room left."""
    new_sites = [site for site in batch.unnoted_sites if site.name not in batch.site_ids]
    if not new_sites:
        return batch.unnoted_sites
    free = room(session, {site.key_id for site in new_sites})
    refused: set[ReportingSite] = set()
    for site in new_sites:
        free[site.key_id] -= 1
        if free[site.key_id] < 0:
            refused.add(site)
    return [site for site in batch.unnoted_sites if site not in refused]


def store(session: Session, batch: Batch, now: datetime) -> None:
    """Write the verdicts that moved or were heard, what is new of what sites say, and new commits."""
    batch.steady.store(session, now)
    batch.commits.store(session, now)
    if batch.news:
        rows = [(*place, *batch.said[place][:-1]) for place in sorted(batch.news)]
        bulk.run(session, UPSERT_INSTALLATIONS, rows, now=now)
    if batch.moved:
        moved = [_moved_row(batch, key) for key in sorted(batch.moved)]
        bulk.run(session, UPSERT_VERDICTS, moved, now=now)
    heard = {_heard_row(batch, key) for key in batch.heard - batch.moved} | batch.steady.unnoted
    if heard:
        bulk.run(session, CONFIRM_VERDICTS, sorted(heard), now=now, recent=now - RESOLUTION)


def _heard_row(batch: Batch, key: Key) -> tuple[object, ...]:
    pair = batch.verdicts[key].pair
    return (*key, pair.plugin_sha, pair.host_sha)


def _moved_row(batch: Batch, key: Key) -> tuple[object, ...]:
    known = batch.verdicts[key]
    good = (known.good.plugin_sha, known.good.host_sha) if known.good else (None, None)
    description = known.failure[:4] if known.failure else (None,) * 4  # all but its reference
    digest = known.last_round.digest if known.counted and known.last_round else None
    rounds = (known.good_rounds, int(known.counted), digest, int(known.stale))
    return (*_heard_row(batch, key), known.verdict, *good, *description, *rounds)
