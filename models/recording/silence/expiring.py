"""Turns the verdicts of a source unknown when the source itself falls silent."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models.recording.verdicts.incidents import Told
from models.recording.verdicts.overdue import expire
from models.rules.kinds import SiteKind
from models.rules.sources import JudgingSource
from models.rules.watched import WatchedKind
from models.tables import CanaryRun, Installation, Site, SourceVerdict

# The time when a site was last heard is stored at most once a minute, so its verdicts may be a
# little newer than that.
_RESOLUTION = timedelta(minutes=1)


def expire_said(
    session: Session, kind: WatchedKind, name: str, heard_at: datetime | None, now: datetime
) -> tuple[int, list[Told]]:
    """Turn the verdicts unknown that rest on this source alone.

    Verdicts that another server of the same host branch has confirmed since then stay. Client sites
    decide no status, and CI is also polled where GitHub delivers nothing, so both turn nothing here.
    The card of the source tells of the silence, so the incidents only have their own cards edited.

    Returns the number of these verdicts, and what is to be told.
    """
    if heard_at is None:
        return 0, []
    verdicts = _resting_on(session, kind, name, heard_at)
    return len(verdicts), expire(session, verdicts, now, quiet=True)


def _resting_on(
    session: Session, kind: WatchedKind, name: str, heard_at: datetime
) -> Sequence[SourceVerdict]:
    if kind is WatchedKind.GUARD:
        return _of_guard(session, name, heard_at)
    if kind is WatchedKind.CANARY:
        return _of_canary(session, name)
    return ()


def _of_guard(session: Session, domain: str, heard_at: datetime) -> Sequence[SourceVerdict]:
    said = (
        select(SourceVerdict)
        .join(
            Installation,
            (col(Installation.plugin_id) == col(SourceVerdict.plugin_id))
            & (col(Installation.plugin_branch) == col(SourceVerdict.plugin_branch))
            & (col(Installation.host_branch) == col(SourceVerdict.host_branch)),
        )
        .join(Site, col(Site.id) == col(Installation.site_id))
        .where(
            Site.kind == SiteKind.CANARY,
            Site.domain == domain,
            SourceVerdict.source == JudgingSource.GUARD,
        )
        .where(
            SourceVerdict.seen_at <= heard_at + _RESOLUTION, col(SourceVerdict.expired).is_(False)
        )
    )
    # The hot path writes by SQL and not through the session, so rows in the session may be old.
    return session.exec(said.execution_options(populate_existing=True)).all()


def _of_canary(session: Session, server: str) -> Sequence[SourceVerdict]:
    """The verdicts of the server's newest finished run: each has the time at which its run started."""
    newest = select(CanaryRun).where(
        CanaryRun.server == server, col(CanaryRun.finished_at).is_not(None)
    )
    run = session.exec(newest.order_by(col(CanaryRun.started_at).desc()).limit(1)).first()
    if run is None:
        return ()
    said = select(SourceVerdict).where(
        SourceVerdict.source == JudgingSource.CANARY,
        SourceVerdict.host_branch == run.host_branch,
        SourceVerdict.seen_at == run.started_at,
        col(SourceVerdict.expired).is_(False),
    )
    return session.exec(said.execution_options(populate_existing=True)).all()
