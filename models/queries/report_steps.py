"""The steps of a bug report that somebody has not finished."""

from datetime import datetime

from sqlmodel import Session, col, select

from models.people.persons import known_person
from models.rules.people import Actor
from models.rules.report_steps import DRAFT_KEPT, ReportStep
from models.tables import Plugin, ReportDraft


def report_steps(session: Session, actor: Actor, handle: str, now: datetime) -> list[ReportStep]:
    """Those of their report on this plugin; none where there is no such report, or its day is over."""
    person = known_person(session, actor)
    if person is None:
        return []
    stored = session.exec(
        select(ReportDraft.steps)
        .join(Plugin, col(Plugin.id) == col(ReportDraft.plugin_id))
        .where(
            ReportDraft.person_id == person.id,
            Plugin.handle == handle,
            col(ReportDraft.begun_at) >= now - DRAFT_KEPT,
        )
    ).first()
    return [ReportStep.from_json(each) for each in stored or ()]
