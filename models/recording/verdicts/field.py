"""Field evidence: what client sites say opens an incident only when enough of them agree."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, or_, select

from models.recording.verdicts.changes import Change, FieldChange, Key
from models.recording.verdicts.counting import Symptom, extents
from models.recording.verdicts.doubting import confirm
from models.recording.verdicts.incidents import (
    StoryStep,
    Told,
    note_failing_sites,
    opened_by,
    resolve,
    symptom_of,
    tell_all,
)
from models.recording.verdicts.key_states import newest_incident
from models.recording.verdicts.opening import Opening, open_all
from models.recording.verdicts.proving import prove
from models.rules.blame import Suspect
from models.rules.incidents import (
    FIELD_EVIDENCE,
    FIELD_SITES,
    StoryKind,
    Transition,
    is_field_evidence,
    transition,
)
from models.rules.status import Verdict
from models.tables import Incident, StoryEntry


def settle_field(session: Session, field: FieldChange, now: datetime) -> list[Told]:
    """Count again where a client site's news matters; open or end an incident of field evidence."""
    change = field.change
    incidents = _open_all(session, change.key.plugin_id)
    told = _recount(session, incidents, field, now)
    if change.failure and not _is_open(incidents, change):
        told += _open_by_field(session, change, now)
    return told


def _open_all(session: Session, plugin_id: int) -> Sequence[Incident]:
    return session.exec(
        select(Incident).where(Incident.plugin_id == plugin_id, col(Incident.resolved_at).is_(None))
    ).all()


def _is_open(incidents: Sequence[Incident], change: Change) -> bool:
    key = (change.key.plugin_branch, change.key.host_branch)
    return any((incident.plugin_branch, incident.host_branch) == key for incident in incidents)


def _recount(
    session: Session, incidents: Sequence[Incident], field: FieldChange, now: datetime
) -> list[Told]:
    found = extents(session, map(symptom_of, incidents), now)
    steps = [
        _counted(incident, found[symptom_of(incident)].failing, field, now)
        for incident in incidents
    ]
    made = [step for step in steps if step]
    if field.change.failure and any(incident.suspect == Suspect.BOTH for incident in incidents):
        made += prove(session, made, now)
    return tell_all(session, made, now)


def _counted(incident: Incident, count: int, field: FieldChange, now: datetime) -> StoryStep | None:
    is_over = count == 0 and incident.origin == FIELD_EVIDENCE
    if is_over and _fails_still(field, incident):
        return None
    before, incident.failing_sites = incident.failing_sites, count
    if count == before:
        return None
    if is_over:
        return resolve(incident, field.change.pair, now)
    if not incident.confirmed and count > before:
        return confirm(incident, now)
    incident.updated_at = now
    is_news = before < FIELD_SITES <= count
    return StoryStep(incident, StoryKind.FIELD, quiet=not is_news)


def _fails_still(field: FieldChange, incident: Incident) -> bool:
    """Whether the site that failed as the incident says fails in other words now."""
    of_incident = Key(incident.plugin_id, incident.plugin_branch, incident.host_branch)
    is_same = (field.change.key, field.before) == (of_incident, incident.fingerprint)
    return is_same and field.change.failure is not None


def _open_by_field(session: Session, change: Change, now: datetime) -> list[Told]:
    symptom = Symptom(*change.key, change.failure.fingerprint if change.failure else "")
    if not _is_evidence(session, symptom, now):
        return []  # a site's own trouble, until others share it
    last = newest_incident(session, change.key)
    ended = last.resolved_at if last else None
    meant = transition(Verdict.INCOMPATIBLE, is_open=False, last_resolved_at=ended, now=now)
    flaps = meant is Transition.REOPEN and last and last.fingerprint == symptom.fingerprint
    opening = Opening(last if flaps else None, change, FIELD_EVIDENCE)
    opened = open_all(session, [opening], now)
    note_failing_sites(opened_by(opened), extents(session, [symptom], now))
    return tell_all(session, opened, now)


def _is_evidence(session: Session, symptom: Symptom, now: datetime) -> bool:
    """Whether enough sites fail so, and have moved or begun to fail since it was over last.

    Those that stand where they stood then fail on the old commits, as was told.
    """
    extent = extents(session, [symptom], now)[symptom]
    if not is_field_evidence(extent.lately, extent.running):
        return False
    ended = _ended(session, symptom)
    if ended is None:
        return True
    since = extents(session, [symptom], now, told_until=ended)[symptom]
    return is_field_evidence(since.lately, since.running)


def _ended(session: Session, symptom: Symptom) -> datetime | None:
    """When it was over last, whatever else the incident told of meanwhile; by way of the plugin's index, for there is
    one of all that ended.
    """
    told_of = select(StoryEntry.id).where(
        StoryEntry.incident_id == Incident.id, StoryEntry.fingerprint == symptom.fingerprint
    )
    ends = session.exec(
        select(Incident.resolved_at).where(
            Incident.plugin_id == symptom.plugin_id,
            Incident.plugin_branch == symptom.plugin_branch,
            Incident.host_branch == symptom.host_branch,
            or_(Incident.fingerprint == symptom.fingerprint, told_of.exists()),
        )
    )
    return max((end for end in ends if end), default=None)
