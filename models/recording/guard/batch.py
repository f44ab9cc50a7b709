"""What a batch of guard reports needs to know, loaded in one statement a kind, and stored back in the same way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session

from models.database import bulk
from models.events import GuardReport
from models.recording.guard.sites import room
from models.recording.guard.statements import (
    CONTEXT,
    HEAR_SITES,
    HEAR_VERDICTS,
    KNOWN,
    OPEN_INCIDENTS,
    UPSERT_INSTALLATIONS,
    UPSERT_VERDICTS,
    USED_KEYS,
)
from models.recording.verdicts.changes import Failure, Key
from models.recording.verdicts.commits import CommitOrder
from models.rules.blame import Pair, known_pair
from models.rules.kinds import SiteKind
from models.rules.sources import DESCRIPTORS, JudgingSource
from models.rules.status import Verdict

REGISTRATION_LASTS = timedelta(days=3)
# When a key or a site was heard last is noted once a minute, not with every report.
_RESOLUTION = timedelta(minutes=1)

# What a site says of a plugin: the verdict, plugin branch and commit, host branch and commit.
Said = tuple[str | None, ...]
# A site as it is noted: its kind, domain, host branch and commit, and its key.
_Site = tuple[str, str, str, str, int]
NOTHING_SAID: Said = (None,) * 5


@dataclass(slots=True)
class Known:
    """The guard's verdict on a key. `stale` when it had passed its deadline; `failure` is only set, never loaded."""

    verdict: Verdict
    pair: Pair
    good: Pair | None
    stale: bool = False
    failure: Failure | None = None


@dataclass(slots=True)
class Batch:
    """The state around a batch. The recorder changes `verdicts` and `said`, and marks which keys were `heard` again or
    `moved`, and what is `news`.

    `said` and `news` go by site and plugin; `new_sites` moved or were not heard for a minute.
    """

    live_keys: set[int]
    site_ids: dict[tuple[str, str], int]
    plugin_ids: dict[str, int]
    registered: set[tuple[int, int]] = field(default_factory=set)
    said: dict[tuple[int, int], Said] = field(default_factory=dict)
    news: set[tuple[int, int]] = field(default_factory=set)
    verdicts: dict[Key, Known] = field(default_factory=dict)
    heard: set[Key] = field(default_factory=set)
    moved: set[Key] = field(default_factory=set)
    new_sites: list[_Site] = field(default_factory=list)
    unmarked_keys: list[tuple[int]] = field(default_factory=list)
    open_incidents: set[Key] = field(default_factory=set)
    commits: CommitOrder = field(default_factory=CommitOrder)

    @property
    def is_quiet(self) -> bool:
        """Whether all of it is heartbeats, so that it may be stored beside what other processes record."""
        return not (self.news or self.moved)

    @property
    def greets(self) -> bool:
        """Whether sites or keys must be noted before the reports can be."""
        return bool(self.new_sites or self.unmarked_keys)


def load(session: Session, reports: Sequence[GuardReport], now: datetime) -> Batch:
    """Load what the reports speak of."""
    found = bulk.fetch(session, CONTEXT, KNOWN, **_asked(reports), **_times(now))
    batch = Batch(
        live_keys={key_id for key_id, _ in found["keys"]},
        site_ids={(kind, domain): site_id for kind, domain, site_id, _ in found["sites"]},
        plugin_ids=dict(found["plugins"]),
        said={
            (site_id, plugin_id): tuple(said)
            for site_id, plugin_id, _, *said in found["installations"]
        },
        registered={
            (site_id, plugin_id)
            for site_id, plugin_id, registered, *_ in found["installations"]
            if registered
        },
        verdicts={Key(*row[:3]): _known(*row[3:]) for row in found["verdicts"]},
    )
    batch.unmarked_keys = [(key_id,) for key_id, used in found["keys"] if not used]
    fresh = {(kind, domain) for kind, domain, _, is_fresh in found["sites"] if is_fresh}
    live = [report for report in reports if report.reporter.key_id in batch.live_keys]
    sites = {(report.reporter.kind, report.reporter.domain): _site(report) for report in live}
    batch.new_sites = [row for site, row in sorted(sites.items()) if site not in fresh]
    _load_history(session, batch, reports)
    return batch


def greet(session: Session, batch: Batch, now: datetime) -> None:
    """Note that keys were used, and where sites stand and that they live."""
    if batch.unmarked_keys:
        bulk.run(session, USED_KEYS, batch.unmarked_keys, now=now)
    if rows := _admitted(session, batch):
        for site_id, kind, domain in bulk.run(session, HEAR_SITES, rows, now=now):
            batch.site_ids[kind, domain] = site_id


def _admitted(session: Session, batch: Batch) -> list[_Site]:
    """The new sites without those that are too many for their key."""
    strange = [site for site in batch.new_sites if site[:2] not in batch.site_ids]
    if not strange:
        return batch.new_sites
    free = room(session, {key_id for *_, key_id in strange})
    refused: set[_Site] = set()
    for site in strange:
        key_id = site[-1]
        free[key_id] -= 1
        if free[key_id] < 0:
            refused.add(site)
    return [site for site in batch.new_sites if site not in refused]


def store(session: Session, batch: Batch, now: datetime) -> None:
    """Write the touched verdicts, what sites say anew, and the commits heard of for the first time."""
    batch.commits.store(session, now)
    if batch.news:
        rows = [(*place, *batch.said[place]) for place in sorted(batch.news)]
        bulk.run(session, UPSERT_INSTALLATIONS, rows, now=now)
    if batch.moved:
        bulk.run(
            session,
            UPSERT_VERDICTS,
            [_moved_row(batch, key) for key in sorted(batch.moved)],
            now=now,
        )
    if heard := [_verdict_row(batch, key) for key in sorted(batch.heard - batch.moved)]:
        bulk.run(session, HEAR_VERDICTS, heard, now=now)


def _verdict_row(batch: Batch, key: Key) -> tuple[object, ...]:
    known = batch.verdicts[key]
    return (*key, known.pair.plugin_sha, known.pair.host_sha, known.verdict)


def _moved_row(batch: Batch, key: Key) -> tuple[object, ...]:
    known = batch.verdicts[key]
    good = (known.good.plugin_sha, known.good.host_sha) if known.good else (None, None)
    description = known.failure[:4] if known.failure else (None,) * 4
    return (*_verdict_row(batch, key), *good, *description)


def _asked(reports: Sequence[GuardReport]) -> dict[str, list[tuple[object, ...]]]:
    """What the reports speak of, each once."""
    lines = [(report, seen) for report in reports for seen in report.observations]
    judged = {
        (seen.handle, seen.branch, r.host_branch)
        for r, seen in lines
        if r.reporter.kind is SiteKind.CANARY
    }
    return {
        "keys": [(key_id,) for key_id in {report.reporter.key_id for report in reports}],
        "sites": list({(r.reporter.kind, r.reporter.domain): _site(r) for r in reports}.values()),
        "handles": [(handle,) for handle in {seen.handle for _, seen in lines}],
        "places": list({(r.reporter.kind, r.reporter.domain, seen.handle) for r, seen in lines}),
        "judged": list(judged),
    }


def _times(now: datetime) -> dict[str, datetime]:
    return {
        "recent": now - _RESOLUTION,
        "since": now - REGISTRATION_LASTS,
        "stale": now - DESCRIPTORS[JudgingSource.GUARD].deadline,
    }


def _site(report: GuardReport) -> _Site:
    reporter = report.reporter
    return (reporter.kind, reporter.domain, report.host_branch, report.host_sha, reporter.key_id)


def _known(
    verdict: str,
    plugin_sha: str,
    host_sha: str,
    good_plugin: str | None,
    good_host: str | None,
    stale: int,
) -> Known:
    return Known(
        Verdict(verdict),
        Pair(plugin_sha, host_sha),
        known_pair(good_plugin, good_host),
        bool(stale),
    )


def _load_history(session: Session, batch: Batch, reports: Sequence[GuardReport]) -> None:
    """For lines about other commits than the known ones: the order of commits, and whether an incident is open."""
    moving = [
        (key, pair)
        for key, pair in _judged(batch, reports)
        if _moves(batch.verdicts.get(key), pair)
    ]
    if moving:
        current = [(key, batch.verdicts[key].pair) for key, _ in moving if key in batch.verdicts]
        batch.commits.load(session, [*moving, *current])
        keys = sorted({key for key, _ in moving})
        batch.open_incidents = {Key(*row) for row in bulk.run(session, OPEN_INCIDENTS, keys)}


def _moves(known: Known | None, pair: Pair) -> bool:
    return known is None or known.pair != pair


def _judged(batch: Batch, reports: Sequence[GuardReport]) -> Iterable[tuple[Key, Pair]]:
    for report in reports:
        if report.reporter.kind is SiteKind.CANARY:
            for seen in report.observations:
                if plugin_id := batch.plugin_ids.get(seen.handle):
                    yield (
                        Key(plugin_id, seen.branch, report.host_branch),
                        Pair(seen.sha, report.host_sha),
                    )
