"""Incidents of a canary server itself: its smoke test fails, and no plugin is to blame."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models import outbox
from models.messages.source_incident import blamed_words, passed_words, source_card, source_reply
from models.queries.canary import console_of, source_incident_view, steps_of
from models.recording.listening import who_listens
from models.rules.routing import News, Topic
from models.rules.smoke import Conclusion, failed_step, first_error
from models.rules.status import DEADLINES, Source
from models.tables import Action, CanaryRun, SourceIncident
from models.views import SourceIncidentView


def settle_server(session: Session, run: CanaryRun, now: datetime) -> None:
    """Bring the incident of the run's server in line with all its runs, and announce what that changes.

    It is open while there is a failed run that blames no plugin and that no passing run began after; it tells of the
    newest such run. In whatever order runs and logs arrive, it ends the same.
    """
    incident = _open_incident(session, run.server)
    unexplained = _newest_unexplained(session, run.server)
    if unexplained is not None:
        _open_or_update(session, incident, unexplained, now)
    elif incident is not None and (run.blamed or run.conclusion == Conclusion.PASSED):
        incident.resolution = blamed_words(run.blamed) if run.blamed else passed_words(run.started_at)
        incident.resolved_at = incident.updated_at = now
        _announce(session, source_incident_view(incident, run.blamed), now)


def _open_or_update(session: Session, incident: SourceIncident | None, run: CanaryRun, now: datetime) -> None:
    step = failed_step(steps_of(run))
    facts: dict[str, Any] = {
        "host_branch": run.host_branch,
        "host_sha": run.host_sha,
        "run_id": run.run_id,
        "step": step.name if step else "",
        "message": _message(session, run),
    }
    if incident is None:
        if now - run.started_at > DEADLINES[Source.CANARY]:
            return  # too old to say how the server is now
        incident = SourceIncident(source=Source.CANARY, name=run.server, opened_at=now, updated_at=now, **facts)
    elif facts.items() <= incident.model_dump().items():
        return
    incident.sqlmodel_update({**facts, "updated_at": now})
    session.add(incident)
    session.flush()
    _announce(session, source_incident_view(incident), now)


def _message(session: Session, run: CanaryRun) -> str | None:
    """What the step said, and the first error that the console shows."""
    step = failed_step(steps_of(run))
    said = (step.message if step else None, first_error(console_of(session, run.run_id)))
    return "\n".join(filter(None, said)) or None


def _announce(session: Session, incident: SourceIncidentView, now: datetime) -> None:
    """Tell those who follow everything: a card, edited in place, and in its thread and beside it how it ended."""
    broken, fixed = (News(topic, host_branch=incident.host_branch) for topic in (Topic.BROKEN, Topic.FIXED))
    for listener in who_listens(session):
        to = (session, listener.destination_id, f"source:{incident.number}")
        if outbox.has_card(*to):
            outbox.enqueue(*to, Action.EDIT, source_card(incident), now)
            if incident.resolved_at and listener.hears_all(fixed):
                outbox.enqueue(*to, Action.REPLY, source_reply(incident), now, broadcast=True)
        elif incident.resolved_at is None and listener.hears_all(broken):
            outbox.enqueue(*to, Action.POST, source_card(incident), now)


def _open_incident(session: Session, server: str) -> SourceIncident | None:
    still_open = select(SourceIncident).where(
        SourceIncident.source == Source.CANARY, SourceIncident.name == server, col(SourceIncident.resolved_at).is_(None)
    )
    return session.exec(still_open).first()


def _newest_unexplained(session: Session, server: str) -> CanaryRun | None:
    of_server = select(CanaryRun).where(CanaryRun.server == server)
    newest_first = col(CanaryRun.started_at).desc(), col(CanaryRun.run_id)
    passed = of_server.where(CanaryRun.conclusion == Conclusion.PASSED).order_by(*newest_first).limit(1)
    failed = of_server.where(CanaryRun.conclusion == Conclusion.FAILED).order_by(*newest_first)
    last_good = session.exec(passed).first()
    if last_good is not None:
        failed = failed.where(CanaryRun.started_at > last_good.started_at)
    return next((run for run in session.exec(failed) if not run.blamed), None)
