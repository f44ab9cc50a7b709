"""Incidents that fail in other words now: they leave their outbreak, or come to be of another cause."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models.messages.kept import STRAYED
from models.queries.plugins import plugins_of
from models.recording.verdicts.causes import shown_by_others
from models.recording.verdicts.failing_alike import breakage_of
from models.recording.verdicts.incidents import Told, tell
from models.rules.causes import cause_in_other_words
from models.rules.incidents import StoryKind
from models.rules.parting import strayed
from models.tables import Incident, Outbreak


def stray(session: Session, told: list[Told], now: datetime) -> set[int | None]:
    """Let leave what fails in other words than those by which it joined, if these are none of its outbreak.

    It says so in its thread, as a step that is added to `told`. Without a cause it may find another outbreak. Returns
    the numbers of those that left.
    """
    left: set[int | None] = set()
    changed: dict[int, set[int]] = {}
    for incident in (step.incident for step in told if step.kind is StoryKind.CHANGED):
        if incident.outbreak_id is not None and incident.cause_words != incident.fingerprint:
            changed.setdefault(incident.outbreak_id, set()).add(incident.id or 0)
    for number, incidents in sorted(changed.items()):
        for incident in _strayed(session, number, incidents):
            incident.outbreak_id = None
            incident.cause = incident.cause_words = ""
            told.append(tell(session, incident, StoryKind.CHANGED, now, STRAYED))
            left.add(incident.id)
    session.flush()
    return left


def join_in_other_words(session: Session, told: Sequence[Told], now: datetime) -> list[str]:
    """Let what has a cause of its own, and fails in others' words now, have theirs; return these causes."""
    changed = {
        step.incident.id: step
        for step in told
        if step.kind is StoryKind.CHANGED and _may_have_another_cause(step.incident)
    }
    if not changed:
        return []
    found = []
    others = shown_by_others(session, [step.incident for step in changed.values()], now)
    for step in changed.values():
        breakage = breakage_of(step.incident, step.plugin.handle)
        if cause := cause_in_other_words(breakage, others, now):
            step.incident.cause, step.incident.cause_words = cause, step.incident.fingerprint
            found.append(cause)
    session.flush()
    return found


def _may_have_another_cause(incident: Incident) -> bool:
    """Whether it is in no outbreak, and says something else than when its cause was named."""
    has_own = bool(incident.cause) and incident.outbreak_id is None and incident.confirmed
    return has_own and incident.cause_words != incident.fingerprint


def _strayed(session: Session, number: int, changed: set[int]) -> list[Incident]:
    members = session.exec(
        select(Incident).where(Incident.outbreak_id == number).order_by(col(Incident.id))
    ).all()
    plugins = plugins_of(session, {member.plugin_id for member in members})
    breakages = [breakage_of(each, plugins[each.plugin_id].handle) for each in members]
    others = {each.id or 0 for each in members if each.cause_words != each.fingerprint}
    found = strayed(breakages, others, session.get_one(Outbreak, number).cause)
    return [each for each in members if each.id in found & changed]
