"""Which sources should be heard, and when each was heard last, read from the tables."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from models.events.silence import SilenceCheck
from models.messages.silence import cron_said, delivery_said, report_said, run_said
from models.operating.attendance import WEB
from models.outbox.ways_out import EXTENSION
from models.queries.canary import our_servers
from models.rules.kinds import KeyKind, SiteKind
from models.rules.silence import RUN_ENDS_AFTER, Sighting
from models.rules.watched import WatchedKind
from models.tables import ApiKey, Attendance, CanaryRun, Delivery, Heartbeat, Plugin, Site

_KINDS = {
    SiteKind.CANARY: (WatchedKind.GUARD, KeyKind.SITE),
    SiteKind.CLIENT: (WatchedKind.SITE, KeyKind.USER),
}


def sightings(session: Session, check: SilenceCheck, now: datetime) -> list[Sighting]:
    """Every source as it is now.

    A source that is not expected any more is listed as long as it is in its table.
    """
    keys = session.exec(select(ApiKey).order_by(col(ApiKey.id))).all()
    sites = session.exec(select(Site).order_by(col(Site.id))).all()
    return [
        *_guards(keys, sites),
        *_unused(keys, sites),
        *_canaries(session, keys, now),
        *(cron(row) for row in session.exec(select(Heartbeat).order_by(col(Heartbeat.id)))),
        *_github(session, now, listened=check.github_listened),
        *_web(session, now),
    ]


def cron(row: Heartbeat) -> Sighting:
    """The sighting of a cron job, from its heartbeat."""
    every = timedelta(seconds=row.every_seconds)
    grace = timedelta(seconds=row.grace_seconds)
    return Sighting(
        WatchedKind.CRON,
        row.name,
        since=row.created_at,
        heard_at=row.heard_at,
        said=cron_said(row.exit_code, failed=row.failed) if row.heard_at else "",
        begun_at=row.started_at,
        ends_after=grace,
        allowed=every + grace,
    )


def _guards(keys: Sequence[ApiKey], sites: Iterable[Site]) -> Iterator[Sighting]:
    by_id = {key.id: key for key in keys}
    live = _live_names(keys)
    for site in sites:
        kind, key_kind = _KINDS[SiteKind(site.kind)]
        used = by_id.get(site.key_id or 0)
        heard = max(site.seen_at, site.registered_at or site.seen_at)
        said = report_said(site.host_branch, site.host_sha)
        expected = _may_report(site, used, live[key_kind])
        yield Sighting(kind, site.domain, since=heard, heard_at=heard, said=said, expected=expected)


def _live_names(keys: Iterable[ApiKey]) -> dict[str, set[str]]:
    """For each kind of key, the domains and names of the valid ones."""
    live: dict[str, set[str]] = {kind: set() for kind in KeyKind}
    for key in keys:
        if key.revoked_at is None:
            live[key.kind].add(key.name)
            if key.domain:
                live[key.kind].add(key.domain)
    return live


def _may_report(site: Site, used: ApiKey | None, live: set[str]) -> bool:
    """Whether a valid key stands for the site; `live` are those of the site's kind."""
    if used is None:
        # It was heard before we stored which key a site uses, so any key may be its own.
        return bool(live)
    if used.revoked_at is None:
        return True
    # Another key may have taken over: one for the same domain, or with the same name.
    return site.domain in live or used.name in live


def _unused(keys: Sequence[ApiKey], sites: Iterable[Site]) -> Iterable[Sighting]:
    """Keys whose name no site has: nobody used the key, or another site uses it.

    While one key replaces another, both have one name: then only the newest that is waited for.
    """
    known = {(_KINDS[SiteKind(site.kind)][1], site.domain) for site in sites}
    used = {(key.kind, key.name): key.last_used_at for key in keys if key.last_used_at}
    kinds = {key_kind: kind for kind, key_kind in _KINDS.values()}
    found: dict[tuple[WatchedKind, str], Sighting] = {}
    for key in keys:
        label = key.domain or key.name
        if key.kind in kinds and (key.kind, label) not in known:
            heard = used.get((key.kind, key.name))
            expected = heard is None and key.revoked_at is None
            kind = kinds[KeyKind(key.kind)]
            seen = Sighting(kind, label, since=key.created_at, heard_at=heard, expected=expected)
            if expected or (kind, label) not in found:
                found[kind, label] = seen
    return found.values()


def _canaries(session: Session, keys: Iterable[ApiKey], now: datetime) -> Iterator[Sighting]:
    expected = dict.fromkeys(our_servers(session), now)
    for key in keys:
        if key.kind == KeyKind.CANARY and key.revoked_at is None:
            expected.setdefault(key.name, key.created_at)
    newest = _newest_runs(session)
    finished = _newest_runs(session, col(CanaryRun.finished_at).is_not(None))
    for server in sorted({*expected, *newest}):
        sighting = Sighting(
            WatchedKind.CANARY,
            server,
            since=expected.get(server, now),
            ends_after=RUN_ENDS_AFTER,
            expected=server in expected,
        )
        yield _with_runs(sighting, newest.get(server), finished.get(server))


def _with_runs(sighting: Sighting, begun: CanaryRun | None, ended: CanaryRun | None) -> Sighting:
    """The sighting with what the run that began last and the last finished one say."""
    if begun is not None and begun.finished_at is None:
        sighting = replace(sighting, begun_at=begun.started_at)
    if ended is not None:
        said = run_said(ended.conclusion, ended.host_branch, ended.host_sha)
        sighting = replace(sighting, heard_at=ended.finished_at, said=said)
    return sighting


def _newest_runs(session: Session, *conditions: ColumnElement[bool]) -> dict[str, CanaryRun]:
    """For each server, the run that began last of those that meet the conditions."""
    at = select(CanaryRun.server, func.max(CanaryRun.started_at).label("at")).where(*conditions)
    newest = at.group_by(CanaryRun.server).subquery()
    same_server = col(CanaryRun.server) == newest.c.server
    same_time = col(CanaryRun.started_at) == newest.c.at
    runs = select(CanaryRun).join(newest, same_server & same_time).where(*conditions)
    return {run.server: run for run in session.exec(runs)}


def _github(session: Session, now: datetime, *, listened: bool) -> Iterator[Sighting]:
    if not listened:
        return
    followed = select(Plugin.id).where(col(Plugin.repository_id).is_not(None)).limit(1)
    if not session.exec(followed).first():
        return
    of_github = select(Delivery).where(col(Delivery.event) != EXTENSION)
    newest_first = of_github.order_by(col(Delivery.received_at).desc())
    last = session.exec(newest_first.limit(1)).first()
    if last is None:
        yield Sighting(WatchedKind.GITHUB, "GitHub", since=now)
    else:
        said = delivery_said(last.event)
        yield Sighting(
            WatchedKind.GITHUB, "GitHub", since=now, heard_at=last.received_at, said=said
        )


def _web(session: Session, now: datetime) -> Iterator[Sighting]:
    row = session.get(Attendance, WEB)
    yield Sighting(WatchedKind.WEB, "web", since=now, heard_at=row.at if row else None)
