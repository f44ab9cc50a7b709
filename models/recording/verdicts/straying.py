"""Incidents that leave their outbreak, since they fail in words of their own now."""

from datetime import datetime

from sqlmodel import Session, col, select

from models.messages.kept import STRAYED
from models.queries.plugins import plugins_of
from models.recording.verdicts.causes import breakage_of
from models.recording.verdicts.incidents import Told, tell
from models.rules.incidents import StoryKind
from models.rules.parting import strayed
from models.tables import Incident, Outbreak


def stray(session: Session, told: list[Told], now: datetime) -> None:
    """Let leave what fails in other words than those by which it joined, if these are none of its outbreak.

    It says so in its thread, as a step that is added to `told`. Without a cause it may find another outbreak.
    """
    changed: dict[int, set[int]] = {}
    for incident in (step.incident for step in told if step.kind is StoryKind.CHANGED):
        if incident.outbreak_id is not None and incident.cause_words != incident.fingerprint:
            changed.setdefault(incident.outbreak_id, set()).add(incident.id or 0)
    for number, incidents in sorted(changed.items()):
        for incident in _strayed(session, number, incidents):
            incident.outbreak_id = None
            incident.cause = incident.cause_words = ""
            told.append(tell(session, incident, StoryKind.CHANGED, now, STRAYED))
    session.flush()


def _strayed(session: Session, number: int, changed: set[int]) -> list[Incident]:
    members = session.exec(
        select(Incident).where(Incident.outbreak_id == number).order_by(col(Incident.id))
    ).all()
    plugins = plugins_of(session, {member.plugin_id for member in members})
    breakages = [breakage_of(each, plugins[each.plugin_id].handle) for each in members]
    others = {each.id or 0 for each in members if each.cause_words != each.fingerprint}
    found = strayed(breakages, others, session.get_one(Outbreak, number).cause)
    return [each for each in members if each.id in found & changed]
