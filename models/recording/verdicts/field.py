"""Field evidence: what client sites say opens an incident only when enough of them agree."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models.recording.verdicts.changes import Change, FieldChange
from models.recording.verdicts.incidents import (
    PluginCommit,
    StoryStep,
    Told,
    failing_sites,
    open_incident,
    resolve,
    tell_all,
)
from models.recording.verdicts.known import newest_incident
from models.rules.incidents import FIELD_EVIDENCE, FIELD_SITES, StoryKind, Transition, transition
from models.rules.status import Verdict
from models.tables import Incident


def settle_field(session: Session, field: FieldChange, now: datetime) -> list[Told]:
    """Count again where a client site's news matters; open or end an incident of field evidence."""
    change = field.change
    incidents = _open_incidents(session, change.key.plugin_id)
    told = [step for incident in incidents for step in _recount(session, incident, change, now)]
    concerned = any(incident.last_plugin_sha == change.pair.plugin_sha for incident in incidents)
    if change.verdict.broken and not concerned and not _is_open(incidents, change):
        told += _open_by_field(session, change, now)
    return told


def _open_incidents(session: Session, plugin_id: int) -> Sequence[Incident]:
    return session.exec(
        select(Incident).where(Incident.plugin_id == plugin_id, col(Incident.resolved_at).is_(None))
    ).all()


def _is_open(incidents: Sequence[Incident], change: Change) -> bool:
    key = (change.key.plugin_branch, change.key.host_branch)
    return any((incident.plugin_branch, incident.host_branch) == key for incident in incidents)


def _recount(session: Session, incident: Incident, change: Change, now: datetime) -> list[Told]:
    count = _failing_sites(session, incident.plugin_id, incident.last_plugin_sha)
    before, incident.failing_sites = incident.failing_sites, count
    if count == before:
        return []
    if count == 0 and incident.origin == FIELD_EVIDENCE:
        return tell_all(session, [resolve(incident, change.pair, now)], now)
    incident.updated_at = now
    is_news = before < FIELD_SITES <= count
    return tell_all(session, [StoryStep(incident, StoryKind.FIELD, quiet=not is_news)], now)


def _open_by_field(session: Session, change: Change, now: datetime) -> list[Told]:
    if _failing_sites(session, change.key.plugin_id, change.pair.plugin_sha) < FIELD_SITES:
        return []  # a site's own trouble, until others share it
    last = newest_incident(session, change.key)
    ended = last.resolved_at if last else None
    meant = transition(Verdict.INCOMPATIBLE, is_open=False, last_resolved_at=ended, now=now)
    flaps = meant is Transition.REOPEN
    step = open_incident(session, last if flaps else None, change, FIELD_EVIDENCE, now)
    return tell_all(session, [step], now)


def _failing_sites(session: Session, plugin_id: int, plugin_sha: str) -> int:
    commit = PluginCommit(plugin_id, plugin_sha)
    return failing_sites(session, [commit])[commit]
