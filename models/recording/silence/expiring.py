"""What a source said counts no more once the source itself is silent."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models.recording.verdicts.incidents import Told
from models.recording.verdicts.overdue import expire
from models.rules.kinds import SiteKind
from models.rules.sources import JudgingSource
from models.rules.watched import WatchedKind
from models.tables import CanaryRun, Installation, Site, SourceVerdict

# When a site was heard last is noted once a minute, so that its verdicts may be a little newer.
_RESOLUTION = timedelta(minutes=1)


def expire_said(
    session: Session, kind: WatchedKind, name: str, heard_at: datetime | None, now: datetime
) -> tuple[int, list[Told]]:
    """Turn the verdicts unknown that rest on this source alone; return how many, and what is to be told.

    What another server of the same host branch has confirmed since stands. Client sites decide no status, and CI is
    also asked for where GitHub delivers nothing. The source's own card tells of it, so incidents only change theirs.
    """
    if heard_at is None:
        return 0, []
    verdicts = _of_guard(session, name, heard_at) if kind is WatchedKind.GUARD else ()
    verdicts = _of_canary(session, name) if kind is WatchedKind.CANARY else verdicts
    return len(verdicts), [step for verdict in verdicts if (step := expire(session, verdict, now, quiet=True))]


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
        .where(Site.kind == SiteKind.CANARY, Site.domain == domain, SourceVerdict.source == JudgingSource.GUARD)
        .where(SourceVerdict.seen_at <= heard_at + _RESOLUTION, col(SourceVerdict.expired).is_(False))
    )
    # The hot path writes past the session, so what the session remembers may be old.
    return session.exec(said.execution_options(populate_existing=True)).all()


def _of_canary(session: Session, server: str) -> Sequence[SourceVerdict]:
    """What the newest finished run of the server said: a verdict of the canary's bears the time of its run."""
    newest = select(CanaryRun).where(CanaryRun.server == server, col(CanaryRun.finished_at).is_not(None))
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
