"""Runs of the browser canary, and incidents of its servers."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select

from models.queries.watched import watched_incident_view
from models.rules.domains import NoDomainError, normal_domain
from models.rules.kinds import ArtefactKind
from models.rules.silence import Trouble
from models.rules.smoke import EarlierAttempt, RunStep, SmokeJob, last_attempt, run_state
from models.rules.watched import WatchedKind
from models.tables import Artefact, CanaryRun, Job, WatchedIncident
from models.views import CanaryRunView
from models.views.watched import WatchedIncidentView


def canary_servers(session: Session) -> list[str]:
    """The names of the servers that a canary reported on, and of those that our own canary
    tests.
    """
    told_of = session.exec(select(CanaryRun.server).distinct()).all()
    return sorted({*told_of, *our_servers(session)})


def our_servers(session: Session) -> dict[str, str]:
    """The servers that our own canary tests, by name, each with its rhythm in words."""
    jobs = session.exec(select(Job.name, Job.rhythm).order_by(Job.name))
    return {job.server: rhythm for name, rhythm in jobs if (job := SmokeJob.named(name))}


def find_server(session: Session, name: str) -> str | None:
    """The server with this name, in any spelling; None if there is none."""
    wanted = spelt(name)
    return wanted if wanted in canary_servers(session) else None


def spelt(name: str) -> str:
    """The name of a server in the spelling that is stored; what is no domain stays as it is."""
    try:
        return normal_domain(name)
    except NoDomainError:
        return name


def newest_runs(session: Session, now: datetime) -> list[CanaryRunView]:
    """The newest run of each server as it stands at `now`, by the server's name."""
    newest = (
        select(CanaryRun.server, func.max(CanaryRun.started_at).label("at"))
        .group_by(CanaryRun.server)
        .subquery()
    )
    rows = session.exec(
        select(CanaryRun)
        .join(
            newest,
            (col(CanaryRun.server) == newest.c.server) & (col(CanaryRun.started_at) == newest.c.at),
        )
        .order_by(CanaryRun.server, CanaryRun.run_id)
    )
    return [run_view(row, now) for row in {row.server: row for row in rows}.values()]


def runs_of(session: Session, server: str, limit: int, now: datetime) -> list[CanaryRunView]:
    """The server's newest runs as they stand at `now`, newest first, `limit` at the most."""
    newest = col(CanaryRun.started_at).desc(), col(CanaryRun.run_id).desc()
    rows = session.exec(
        select(CanaryRun).where(CanaryRun.server == server).order_by(*newest).limit(limit),
    ).all()
    kept = _artefacts(session, server, [row.run_id for row in rows])
    return [run_view(row, now, kept.get(row.run_id, ())) for row in rows]


def open_server_incident(session: Session, server: str) -> WatchedIncidentView | None:
    """What is wrong with the server itself now, if anything."""
    row = session.exec(
        select(WatchedIncident).where(
            WatchedIncident.source == WatchedKind.CANARY,
            WatchedIncident.name == server,
            WatchedIncident.trouble == Trouble.FAILING,
            col(WatchedIncident.resolved_at).is_(None),
        )
    ).first()
    return watched_incident_view(row) if row else None


def artefact(session: Session, server: str, run_id: str, kind: ArtefactKind) -> bytes | None:
    """What a run left behind; None where nothing is kept."""
    of_run = select(Artefact.content).where(Artefact.server == server, Artefact.run_id == run_id)
    return session.exec(of_run.where(Artefact.kind == kind)).first()


def steps_of(row: CanaryRun) -> tuple[RunStep, ...]:
    """A run's steps as values."""
    return tuple(RunStep(**step) for step in row.steps)


def console_of(session: Session, server: str, run_id: str) -> list[str]:
    """The lines of a run's console log of its last attempt; none where no log is kept."""
    stored = artefact(session, server, run_id, ArtefactKind.CONSOLE_LOG)
    return list(last_attempt(stored.decode().splitlines())) if stored else []


def _artefacts(session: Session, server: str, run_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    kept: dict[str, tuple[str, ...]] = {}
    of_runs = select(Artefact.run_id, Artefact.kind).where(
        Artefact.server == server,
        col(Artefact.run_id).in_(run_ids),
    )
    for run_id, kind in session.exec(of_runs.order_by(Artefact.kind)):
        kept[run_id] = (*kept.get(run_id, ()), kind)
    return kept


def run_view(row: CanaryRun, now: datetime, artefacts: tuple[str, ...] = ()) -> CanaryRunView:
    """A run as people see it at `now`."""
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
        earlier=tuple(EarlierAttempt(**attempt) for attempt in row.earlier),
    )
