"""Runs of the browser canary, and incidents of its servers."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select

from models.keys import KeyRequestError, normal_domain
from models.rules.smoke import Step, run_state
from models.rules.status import Source
from models.tables import Artefact, ArtefactKind, CanaryRun, SourceIncident
from models.views import CanaryRunView, SourceIncidentView


def canary_servers(session: Session) -> list[str]:
    """The servers that a canary has told of, by name."""
    return list(session.exec(select(CanaryRun.server).distinct().order_by(CanaryRun.server)))


def find_server(session: Session, name: str) -> str | None:
    """The server that this name means, in any spelling."""
    try:
        wanted = normal_domain(name)
    except KeyRequestError:
        return None
    return session.exec(select(CanaryRun.server).where(CanaryRun.server == wanted).limit(1)).first()


def newest_runs(session: Session, now: datetime) -> list[CanaryRunView]:
    """The newest run of each server as it stands at `now`, by the server's name."""
    newest = select(CanaryRun.server, func.max(CanaryRun.started_at).label("at")).group_by(CanaryRun.server).subquery()
    rows = session.exec(
        select(CanaryRun)
        .join(newest, (col(CanaryRun.server) == newest.c.server) & (col(CanaryRun.started_at) == newest.c.at))
        .order_by(CanaryRun.server, CanaryRun.run_id)
    )
    return [_view(row, (), now) for row in {row.server: row for row in rows}.values()]


def runs_of(session: Session, server: str, limit: int, now: datetime) -> list[CanaryRunView]:
    """The server's newest runs as they stand at `now`, newest first, `limit` at the most."""
    newest = col(CanaryRun.started_at).desc(), col(CanaryRun.run_id).desc()
    rows = session.exec(select(CanaryRun).where(CanaryRun.server == server).order_by(*newest).limit(limit)).all()
    kept = _artefacts(session, [row.run_id for row in rows])
    return [_view(row, kept.get(row.run_id, ()), now) for row in rows]


def open_server_incident(session: Session, server: str) -> SourceIncidentView | None:
    """What is wrong with the server itself now, if anything."""
    row = session.exec(
        select(SourceIncident).where(
            SourceIncident.source == Source.CANARY,
            SourceIncident.name == server,
            col(SourceIncident.resolved_at).is_(None),
        )
    ).first()
    return source_incident_view(row) if row else None


def artefact(session: Session, run_id: str, kind: ArtefactKind) -> bytes | None:
    """What a run left behind, as long as it is kept."""
    return session.exec(select(Artefact.content).where(Artefact.run_id == run_id, Artefact.kind == kind)).first()


def source_incident_view(row: SourceIncident, blamed: Sequence[str] = ()) -> SourceIncidentView:
    """An incident of a canary server as people see it; `blamed` are the plugins that ended it."""
    return SourceIncidentView(
        number=row.id or 0,
        name=row.name,
        host_branch=row.host_branch,
        host_sha=row.host_sha,
        step=row.step,
        message=row.message,
        opened_at=row.opened_at,
        updated_at=row.updated_at,
        resolved_at=row.resolved_at,
        resolution=row.resolution,
        blamed=tuple(blamed),
    )


def steps_of(row: CanaryRun) -> tuple[Step, ...]:
    """A run's steps as values."""
    return tuple(Step(**step) for step in row.steps)


def console_of(session: Session, run_id: str) -> list[str]:
    """The lines of a run's console log; none while it was not uploaded, or when it is kept no longer."""
    stored = artefact(session, run_id, ArtefactKind.CONSOLE_LOG)
    return stored.decode().splitlines() if stored else []


def _artefacts(session: Session, run_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    kept: dict[str, tuple[str, ...]] = {}
    found = select(Artefact.run_id, Artefact.kind).where(col(Artefact.run_id).in_(run_ids)).order_by(Artefact.kind)
    for run_id, kind in session.exec(found):
        kept[run_id] = (*kept.get(run_id, ()), kind)
    return kept


def _view(row: CanaryRun, artefacts: tuple[str, ...], now: datetime) -> CanaryRunView:
    return CanaryRunView(
        run_id=row.run_id,
        server=row.server,
        state=run_state(row.conclusion, row.started_at, now),
        host_branch=row.host_branch,
        host_sha=row.host_sha,
        started_at=row.started_at,
        finished_at=row.finished_at,
        steps=steps_of(row),
        plugins=len(row.plugins),
        blamed=tuple(row.blamed),
        artefacts=artefacts,
    )
