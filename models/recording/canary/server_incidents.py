"""Incidents of a canary server itself: its smoke test fails, and the run blames no plugin."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.messages.watched_incident import blamed_words, passed_words
from models.queries.canary import console_of, steps_of
from models.queries.watched import watched_incident_view
from models.recording.silence.troubles import (
    announce_trouble,
    end_trouble,
    open_trouble,
    open_troubles,
)
from models.rules.silence import Trouble
from models.rules.smoke import Conclusion, failed_step
from models.rules.smoke_evidence import first_error
from models.rules.sources import DESCRIPTORS, JudgingSource
from models.rules.watched import WatchedKind
from models.tables import CanaryRun, WatchedIncident


def settle_server(session: Session, run: CanaryRun, now: datetime) -> None:
    """Update the incident of the run's server by all its runs, and announce what changes.

    It is open while there is a failed run that blames no plugin and no run that passed began later.
    It describes the newest such run. The result is the same in whatever order runs and logs arrive.
    """
    incident = _open_incident(session, run.server)
    unexplained = _newest_unexplained(session, run.server)
    if unexplained is not None:
        _open_or_update(session, incident, unexplained, now)
    elif incident is not None and (run.blamed or run.conclusion == Conclusion.PASSED):
        words = blamed_words(run.blamed) if run.blamed else passed_words(run.started_at)
        end_trouble(session, incident, words, now)
        announce_trouble(session, watched_incident_view(incident, run.blamed), now)


def _open_or_update(
    session: Session, incident: WatchedIncident | None, run: CanaryRun, now: datetime
) -> None:
    step = failed_step(steps_of(run))
    facts: dict[str, Any] = {
        "host_branch": run.host_branch,
        "host_sha": run.host_sha,
        "run_id": run.run_id,
        "step": step.name if step else "",
        "message": _message(session, run),
    }
    if incident is None:
        if now - run.started_at > DESCRIPTORS[JudgingSource.CANARY].deadline:
            return  # too old to say how the server is now
        incident = open_trouble(
            session, WatchedKind.CANARY, run.server, Trouble.FAILING, now, **facts
        )
    elif facts.items() <= incident.model_dump().items():
        return
    incident.sqlmodel_update({**facts, "updated_at": now})
    session.add(incident)
    announce_trouble(session, incident, now)


def _message(session: Session, run: CanaryRun) -> str | None:
    """What the failed step said, and the first error that the console shows."""
    step = failed_step(steps_of(run))
    said = step.message if step else None
    error = first_error(console_of(session, run.server, run.run_id))
    return "\n".join(filter(None, (said, error))) or None


def _open_incident(session: Session, server: str) -> WatchedIncident | None:
    still_open = open_troubles(session, WatchedKind.CANARY, server)
    return next((incident for incident in still_open if incident.trouble == Trouble.FAILING), None)


def _newest_unexplained(session: Session, server: str) -> CanaryRun | None:
    of_server = select(CanaryRun).where(CanaryRun.server == server)
    newest_first = (col(CanaryRun.started_at).desc(), col(CanaryRun.run_id))
    passed = (
        of_server.where(CanaryRun.conclusion == Conclusion.PASSED).order_by(*newest_first).limit(1)
    )
    failed = of_server.where(CanaryRun.conclusion == Conclusion.FAILED).order_by(*newest_first)
    last_good = session.exec(passed).first()
    if last_good is not None:
        failed = failed.where(CanaryRun.started_at > last_good.started_at)
    return next((run for run in session.exec(failed) if not run.blamed), None)
