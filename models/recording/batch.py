"""What a batch of guard reports needs to know, loaded in one statement a kind, and stored back in the same way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session

from models import bulk
from models.events import GuardReport
from models.queries.plugins import plugin_ids
from models.recording.changes import Key
from models.recording.commits import CommitOrder
from models.rules.blame import Pair
from models.rules.status import DEADLINES, Source, Verdict
from models.tables.site import SiteKind

REGISTRATION_LASTS = timedelta(days=3)
_KEY_USE_RESOLUTION = timedelta(minutes=1)

Said = tuple[str | None, str | None, str | None, str | None]  # verdict, plugin branch, plugin sha, host branch


@dataclass(slots=True)
class Known:
    """The guard's verdict on a key. `stale` when it had passed its deadline."""

    verdict: Verdict
    pair: Pair
    good: Pair | None
    stale: bool = False


@dataclass(slots=True)
class Batch:
    """The state around a batch. The recorder changes `verdicts` and marks the keys that it touched."""

    live_keys: set[int]
    site_ids: dict[tuple[str, str], int]
    plugin_ids: dict[str, int]
    registered: set[tuple[int, int]] = field(default_factory=set)
    said: dict[tuple[int, int], Said] = field(default_factory=dict)
    verdicts: dict[Key, Known] = field(default_factory=dict)
    touched: set[Key] = field(default_factory=set)
    open_incidents: set[Key] = field(default_factory=set)
    commits: CommitOrder = field(default_factory=CommitOrder)


def load(session: Session, reports: Sequence[GuardReport], now: datetime) -> Batch:
    """Load what the reports speak of, and note that their keys and sites were heard."""
    batch = Batch(
        live_keys=_live_keys(session, {report.reporter.key_id for report in reports}, now),
        site_ids=_hear_sites(session, reports, now),
        plugin_ids=plugin_ids(session, {seen.handle for report in reports for seen in report.observations}),
    )
    _load_verdicts(session, batch, set(_judged(batch, reports)), now)
    _load_installations(session, batch, _wanted_installations(batch, reports), now)
    return batch


def store(session: Session, batch: Batch, now: datetime) -> None:
    """Write the touched verdicts and the commits heard of for the first time."""
    batch.commits.store(session, now)
    if not batch.touched:
        return
    rows = []
    for key in sorted(batch.touched):
        known = batch.verdicts[key]
        good = (known.good.plugin_sha, known.good.host_sha) if known.good else (None, None)
        rows.append((*key, known.verdict, known.pair.plugin_sha, known.pair.host_sha, *good))
    bulk.run(session, _UPSERT_VERDICTS, rows, now=now)


def _judged(batch: Batch, reports: Sequence[GuardReport]) -> Iterable[tuple[Key, Pair]]:
    for report in reports:
        if report.reporter.kind is SiteKind.CANARY:
            for seen in report.observations:
                if plugin_id := batch.plugin_ids.get(seen.handle):
                    yield Key(plugin_id, seen.branch, report.host_branch), Pair(seen.sha, report.host_sha)


def _wanted_installations(batch: Batch, reports: Sequence[GuardReport]) -> set[tuple[int, int]]:
    return {
        (batch.site_ids[report.reporter.kind, report.reporter.domain], plugin_id)
        for report in reports
        if report.reporter.kind is SiteKind.CLIENT
        for seen in report.observations
        if (plugin_id := batch.plugin_ids.get(seen.handle))
    }


def _live_keys(session: Session, key_ids: set[int], now: datetime) -> set[int]:
    """The keys that are not revoked: asked in the recording transaction, so that a revoked key is refused at once."""
    found = bulk.run(session, _LIVE_KEYS, [(key_id,) for key_id in key_ids], recent=now - _KEY_USE_RESOLUTION)
    if unmarked := [(key_id,) for key_id, used in found if not used]:
        bulk.run(session, _USED_KEYS, unmarked, now=now)
    return {key_id for key_id, _ in found}


def _hear_sites(session: Session, reports: Sequence[GuardReport], now: datetime) -> dict[tuple[str, str], int]:
    sites = {(r.reporter.kind, r.reporter.domain): (r.host_branch, r.host_sha) for r in reports}
    rows = [(*site, *host) for site, host in sorted(sites.items())]
    return {(kind, domain): site_id for site_id, kind, domain in bulk.run(session, _HEAR_SITES, rows, now=now)}


def _load_verdicts(session: Session, batch: Batch, judged: set[tuple[Key, Pair]], now: datetime) -> None:
    if not judged:
        return
    stale = now - DEADLINES[Source.GUARD]
    for row in bulk.run(session, _VERDICTS, sorted({key for key, _ in judged}), stale=stale):
        plugin_id, plugin_branch, host_branch, verdict, plugin_sha, host_sha, good_sha, good_host, is_stale = row
        good = Pair(good_sha, good_host) if good_sha and good_host else None
        batch.verdicts[Key(plugin_id, plugin_branch, host_branch)] = Known(
            Verdict(verdict), Pair(plugin_sha, host_sha), good, bool(is_stale)
        )
    moving = [(key, pair) for key, pair in judged if key not in batch.verdicts or batch.verdicts[key].pair != pair]
    if moving:
        current = [(key, batch.verdicts[key].pair) for key, _ in moving if key in batch.verdicts]
        batch.commits.load(session, [*moving, *current])
        keys = sorted({key for key, _ in moving})
        batch.open_incidents = {Key(*row) for row in bulk.run(session, _OPEN_INCIDENTS, keys)}


def _load_installations(session: Session, batch: Batch, wanted: set[tuple[int, int]], now: datetime) -> None:
    if not wanted:
        return
    for site_id, plugin_id, registered, *said in bulk.run(
        session, _INSTALLATIONS, sorted(wanted), since=now - REGISTRATION_LASTS
    ):
        verdict, plugin_branch, plugin_sha, host_branch = said
        batch.said[site_id, plugin_id] = (verdict, plugin_branch, plugin_sha, host_branch)
        if registered:
            batch.registered.add((site_id, plugin_id))


_LIVE_KEYS = """
SELECT k.id, k.last_used_at IS NOT NULL AND k.last_used_at > :recent
FROM {rows(id int)} r JOIN api_key k ON k.id = r.id WHERE k.revoked_at IS NULL
"""
_USED_KEYS = "UPDATE api_key SET last_used_at = :now WHERE id IN (SELECT id FROM {rows(id int)} r)"
_HEAR_SITES = """
INSERT INTO site (kind, domain, host_branch, host_sha, seen_at)
SELECT kind, domain, host_branch, host_sha, :now
FROM {rows(kind text, domain text, host_branch text, host_sha text)} r WHERE true
ON CONFLICT (kind, domain) DO UPDATE
SET host_branch = excluded.host_branch, host_sha = excluded.host_sha, seen_at = excluded.seen_at
RETURNING id, kind, domain
"""
_VERDICTS = """
SELECT v.plugin_id, v.plugin_branch, v.host_branch, v.verdict, v.plugin_sha, v.host_sha,
       v.good_plugin_sha, v.good_host_sha, v.expired OR v.seen_at < :stale
FROM {rows(plugin_id int, plugin_branch text, host_branch text)} r
JOIN source_verdict v ON v.plugin_id = r.plugin_id AND v.plugin_branch = r.plugin_branch
 AND v.host_branch = r.host_branch AND v.source = 'guard'
"""
_UPSERT_VERDICTS = """
INSERT INTO source_verdict (plugin_id, plugin_branch, host_branch, source, verdict, plugin_sha, host_sha,
                            good_plugin_sha, good_host_sha, changed_at, seen_at, expired, good_at)
SELECT plugin_id, plugin_branch, host_branch, 'guard', verdict, plugin_sha, host_sha, good_plugin_sha, good_host_sha,
       :now, :now, false, CASE WHEN verdict = 'compatible' THEN :now END
FROM {rows(plugin_id int, plugin_branch text, host_branch text, verdict text, plugin_sha text, host_sha text,
           good_plugin_sha text, good_host_sha text)} r WHERE true
ON CONFLICT (plugin_id, plugin_branch, host_branch, source) DO UPDATE
SET verdict = excluded.verdict, plugin_sha = excluded.plugin_sha, host_sha = excluded.host_sha,
    good_plugin_sha = excluded.good_plugin_sha, good_host_sha = excluded.good_host_sha,
    good_at = coalesce(excluded.good_at, source_verdict.good_at), seen_at = excluded.seen_at, expired = false,
    changed_at = CASE WHEN source_verdict.verdict = excluded.verdict THEN source_verdict.changed_at
                      ELSE excluded.changed_at END
"""
_OPEN_INCIDENTS = """
SELECT i.plugin_id, i.plugin_branch, i.host_branch
FROM {rows(plugin_id int, plugin_branch text, host_branch text)} r
JOIN incident i ON i.plugin_id = r.plugin_id AND i.plugin_branch = r.plugin_branch
 AND i.host_branch = r.host_branch AND i.resolved_at IS NULL
"""
_INSTALLATIONS = """
SELECT i.site_id, i.plugin_id, i.registered_at IS NOT NULL AND i.registered_at > :since,
       i.verdict, i.plugin_branch, i.plugin_sha, i.host_branch
FROM {rows(site_id int, plugin_id int)} r
JOIN installation i ON i.site_id = r.site_id AND i.plugin_id = r.plugin_id
"""
