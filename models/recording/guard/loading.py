"""What a batch of guard reports meets: whom and what it names, and of what is no heartbeat all that is known."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.database import bulk
from models.database.engine import is_alone
from models.events import GuardReport
from models.recording.guard.asking import Asking
from models.recording.guard.batch import Batch, KnownVerdict
from models.recording.guard.context import rows_naming, sites_of, times_around
from models.recording.guard.last_word import NOT_A_WORD, LastWord
from models.recording.guard.statements import ANEW, CONTEXT, HISTORY, NAMED
from models.recording.verdicts.changes import Key
from models.recording.verdicts.commits import commits_among
from models.rules.blame import Pair, known_pair
from models.rules.kinds import SiteKind
from models.rules.namesakes import Listed
from models.rules.rounds import Round
from models.rules.status import Verdict

# A line with its report and commits, and the key that it is about.
_Line = tuple[GuardReport, Key, Pair]


def load(session: Session, reports: Sequence[GuardReport], asking: Asking, now: datetime) -> Batch:
    """Load what the reports are about."""
    found = asking.ask(session, NAMED, **rows_naming(reports), **times_around(now))
    batch = Batch(
        live_keys={key_id for key_id, _ in found["used_keys"]},
        site_ids={(kind, domain): site_id for kind, domain, site_id, *_ in found["sites"]},
        plugins={handle: Listed(*listed) for handle, *listed in found["plugins"]},
    )
    batch.unnoted_keys = [(key_id,) for key_id, is_used in found["used_keys"] if not is_used]
    fresh = {(kind, domain) for kind, domain, _, is_fresh, _ in found["sites"] if is_fresh}
    batch.troubled = {domain for _, domain, *_, is_troubled in found["sites"] if is_troubled}
    live = [report for report in reports if report.reporter.key_id in batch.live_keys]
    batch.unnoted_sites = [site for site in sites_of(live) if site.name not in fresh]
    for report in live:
        batch.steady.sort_out(report, batch.site_id(report), batch.ids(report))
    if batch.steady.said:
        lines = batch.steady.lines()
        batch.steady.leave_out(asking.ask(session, ANEW, **lines, **times_around(now)))
    if batch.steady.moving:
        _load_context(session, batch, live, asking, now)
    return batch


def _load_context(
    session: Session,
    batch: Batch,
    reports: Sequence[GuardReport],
    asking: Asking,
    now: datetime,
) -> None:
    """Load what is known of the plugins of which something else may be said."""
    lines = list(_moving(batch, reports))
    rows = _rows_about(batch, lines)
    found = asking.ask(session, CONTEXT, **rows, **times_around(now))
    for site_id, plugin_id, is_registered, *said, is_old in found["installations"]:
        batch.said[site_id, plugin_id] = LastWord(*said)
        if is_registered:
            batch.registered.add((site_id, plugin_id))
        if is_old:
            batch.old_words.add((site_id, plugin_id))
    for plugin_id, plugin_branch, host_branch, *verdict in found["verdicts"]:
        batch.verdicts[Key(plugin_id, plugin_branch, host_branch)] = _known_verdict(*verdict)
    _load_history(session, batch, lines, asking, now)


def _moving(batch: Batch, reports: Sequence[GuardReport]) -> Iterator[_Line]:
    """The lines that may be more than heartbeats, and are not put off."""
    for report in reports:
        if report.put_off:
            continue
        ids = batch.ids(report)
        for seen in report.observations:
            plugin_id = ids.get(seen.handle)
            if plugin_id in batch.steady.moving:
                key = Key(plugin_id, seen.branch, report.host_branch)
                yield report, key, Pair(seen.sha, report.host_sha)


def _rows_about(batch: Batch, lines: Iterable[_Line]) -> dict[str, Sequence[bulk.Row]]:
    """The rows that `CONTEXT` asks about, each once."""
    places: set[tuple[object, ...]] = set()
    judged: set[Key] = set()
    for report, key, _ in lines:
        site_id = batch.site_id(report)
        if site_id is not None:
            places.add((site_id, key.plugin_id))
        if report.reporter.kind is SiteKind.CANARY:
            judged.add(key)
    return {"places": list(places), "verdicts": list(judged)}


def _known_verdict(
    verdict: str,
    plugin_sha: str,
    host_sha: str,
    good_plugin: str | None,
    good_host: str | None,
    stale: int,
    *failure: Any,
) -> KnownVerdict:
    known = KnownVerdict(
        Verdict(verdict),
        Pair(plugin_sha, host_sha),
        known_pair(good_plugin, good_host),
        bool(stale),
    )
    if known.verdict.broken:
        known.said_by, good_rounds, at, digest, doubted = failure
        known.good_rounds, known.doubted = good_rounds or 0, bool(doubted)
        known.last_round = Round(bulk.time_of(at), digest or "") if at else None
    return known


def _load_history(
    session: Session,
    batch: Batch,
    lines: Iterable[_Line],
    asking: Asking,
    now: datetime,
) -> None:
    """Load the order of commits, and who is awaited, for lines about other commits than their verdict's.

    Where others may decide meanwhile, all is loaded again before such a line is judged.
    """
    moving = [
        (key, pair)
        for report, key, pair in lines
        if report.reporter.kind is SiteKind.CANARY and _moves(batch.verdicts.get(key), pair)
    ]
    if at_sites := list(_at_sites(batch, lines)):
        batch.commits.load(session, at_sites, now)
    if not moving:
        return
    current = [(key, batch.verdicts[key].pair) for key, _ in moving if key in batch.verdicts]
    history = {
        "commits": commits_among([*moving, *current]),
        "keys": sorted({key for key, _ in moving}),
    }
    if not is_alone(session):
        batch.moves = True
        asking.note(HISTORY, **history)
        return
    found = asking.ask(session, HISTORY, **history)
    batch.commits.learn(found, now)
    batch.awaited = {Key(*row) for row in found["awaited"]}


def _at_sites(batch: Batch, lines: Iterable[_Line]) -> Iterator[tuple[Key, Pair]]:
    """The newest pairs that client sites found good, and those that they speak of now."""
    for report, key, pair in lines:
        said = batch.said.get((batch.site_id(report) or 0, key.plugin_id), NOT_A_WORD)
        if report.reporter.kind is SiteKind.CLIENT and said.good is not None:
            yield key, pair
            yield key, said.good


def _moves(known: KnownVerdict | None, pair: Pair) -> bool:
    return known is None or known.pair != pair
