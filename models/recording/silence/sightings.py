"""Who ought to be heard, and when each was heard last, as the tables show it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from models.events.silence import SilenceCheck
from models.messages.silence import cron_said, delivery_said, report_said, run_said
from models.operating.attendance import WEB
from models.queries.canary import our_servers
from models.rules.kinds import KeyKind, SiteKind
from models.rules.silence import RUN_ENDS_AFTER, Sighting
from models.rules.watched import WatchedKind
from models.tables import ApiKey, Attendance, CanaryRun, Delivery, Heartbeat, Plugin, Site

_KINDS = {SiteKind.CANARY: (WatchedKind.GUARD, KeyKind.SITE), SiteKind.CLIENT: (WatchedKind.SITE, KeyKind.USER)}


def sightings(session: Session, check: SilenceCheck, now: datetime) -> list[Sighting]:
    """Every source as it stands now. One that is not expected any more is listed as long as its tables know it."""
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
    """A cron job by its heartbeat."""
    every, grace = timedelta(seconds=row.every_seconds), timedelta(seconds=row.grace_seconds)
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
    live = {(key.kind, word) for key in keys if key.revoked_at is None for word in (key.domain, key.name) if word}
    for site in sites:
        kind, key_kind = _KINDS[SiteKind(site.kind)]
        used = by_id.get(site.key_id or 0)
        # Another key may have taken over: one for the same domain, or of the same name as the one that was used last.
        names = {site.domain, used.name} if used else {site.domain}
        expected = (used is not None and used.revoked_at is None) or any((key_kind, name) in live for name in names)
        if used is None and not expected:  # it was heard before keys were noted, so that any one may be its own
            expected = any(key.kind == key_kind and key.revoked_at is None for key in keys)
        heard = max(site.seen_at, site.registered_at or site.seen_at)
        said = report_said(site.host_branch, site.host_sha)
        yield Sighting(kind, site.domain, since=heard, heard_at=heard, said=said, expected=expected)


def _unused(keys: Sequence[ApiKey], sites: Iterable[Site]) -> Iterator[Sighting]:
    """Keys by which no site of that name was heard: those that nobody has used, and those that others do use."""
    known = {(_KINDS[SiteKind(site.kind)][1], site.domain) for site in sites}
    used = {(key.kind, key.name): key.last_used_at for key in keys if key.last_used_at}
    kinds = {key_kind: kind for kind, key_kind in _KINDS.values()}
    for key in keys:
        label = key.domain or key.name
        if key.kind in kinds and (key.kind, label) not in known:
            heard = used.get((key.kind, key.name))
            expected = heard is None and key.revoked_at is None
            yield Sighting(kinds[KeyKind(key.kind)], label, since=key.created_at, heard_at=heard, expected=expected)


def _canaries(session: Session, keys: Iterable[ApiKey], now: datetime) -> Iterator[Sighting]:
    expected = dict.fromkeys(our_servers(session), now)
    for key in keys:
        if key.kind == KeyKind.CANARY and key.revoked_at is None:
            expected.setdefault(key.name, key.created_at)
    newest = _newest_runs(session)
    finished = _newest_runs(session, col(CanaryRun.finished_at).is_not(None))
    for server in sorted({*expected, *newest}):
        begun, ended = newest.get(server), finished.get(server)
        yield Sighting(
            WatchedKind.CANARY,
            server,
            since=expected.get(server, now),
            heard_at=ended.finished_at if ended else None,
            said=run_said(ended.conclusion, ended.host_branch, ended.host_sha) if ended else "",
            begun_at=begun.started_at if begun and begun.finished_at is None else None,
            ends_after=RUN_ENDS_AFTER,
            expected=server in expected,
        )


def _newest_runs(session: Session, *conditions: ColumnElement[bool]) -> dict[str, CanaryRun]:
    """The run of each server that began last, of those that meet the conditions."""
    at = select(CanaryRun.server, func.max(CanaryRun.started_at).label("at")).where(*conditions)
    newest = at.group_by(CanaryRun.server).subquery()
    is_newest = (col(CanaryRun.server) == newest.c.server) & (col(CanaryRun.started_at) == newest.c.at)
    return {run.server: run for run in session.exec(select(CanaryRun).join(newest, is_newest).where(*conditions))}


def _github(session: Session, now: datetime, *, listened: bool) -> Iterator[Sighting]:
    if (
        not listened
        or not session.exec(select(Plugin.id).where(col(Plugin.repository_id).is_not(None)).limit(1)).first()
    ):
        return
    last = session.exec(select(Delivery).order_by(col(Delivery.received_at).desc()).limit(1)).first()
    heard, said = (last.received_at, delivery_said(last.event)) if last else (None, "")
    yield Sighting(WatchedKind.GITHUB, "GitHub", since=now, heard_at=heard, said=said)


def _web(session: Session, now: datetime) -> Iterator[Sighting]:
    row = session.get(Attendance, WEB)
    yield Sighting(WatchedKind.WEB, "web", since=now, heard_at=row.at if row else None)
