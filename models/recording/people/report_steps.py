"""Bug reports with steps of extensions behind the form: a draft is kept until it is finished, or for a day."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, delete, select

from models.events import Outcome
from models.events.filing import BugReport, StepSaid
from models.extensions import calls
from models.extensions.standing import turned_on
from models.messages.bug_report import fit_answer
from models.messages.message import Message
from models.messages.report_steps import lacking_in_step, step_lacks, step_message
from models.people.persons import Who
from models.queries.plugins import known_plugin
from models.rules.privacy import Clearance
from models.rules.report_steps import DRAFT_KEPT, ReportMove, ReportStep, can_finish
from models.tables import Plugin, ReportDraft
from models.views import PluginView


def begin(
    session: Session,
    person: Who,
    plugin: Plugin,
    answers: Mapping[str, str],
    steps: Sequence[ReportStep],
    now: datetime,
) -> None:
    """Keep the form's answers, in place of what the same person left unfinished of the plugin."""
    old = col(ReportDraft.begun_at) < now - DRAFT_KEPT
    theirs = (col(ReportDraft.person_id) == person.person_id) & (
        col(ReportDraft.plugin_id) == plugin.id
    )
    session.exec(delete(ReportDraft).where(old | theirs))
    session.add(
        ReportDraft(
            person_id=person.person_id,
            plugin_id=plugin.id or 0,
            answers=[[name, fit_answer(text)] for name, text in answers.items()],
            steps=[step.to_json() for step in steps],
            begun_at=now,
        )
    )


def draft_of(session: Session, person_id: int, plugin_id: int, now: datetime) -> ReportDraft | None:
    """What somebody has not finished."""
    theirs = select(ReportDraft).where(
        ReportDraft.person_id == person_id,
        ReportDraft.plugin_id == plugin_id,
        col(ReportDraft.begun_at) >= now - DRAFT_KEPT,
    )
    return session.exec(theirs).first()


def steps_of(draft: ReportDraft) -> list[ReportStep]:
    """Its steps."""
    return [ReportStep.from_json(each) for each in draft.steps]


def go_on(
    session: Session, report: BugReport, view: PluginView, draft: ReportDraft, now: datetime
) -> tuple[Message, int | None] | None:
    """What is told of the step, and the call of its extension if it has something to say.

    None where the report is to be filed.
    """
    steps = steps_of(draft)
    if report.move is ReportMove.FINISH and can_finish(steps):
        return None
    if not 2 <= report.step <= len(steps) + 1:
        return step_message(view, steps, _first_open(steps)), None
    step = steps[report.step - 2]
    if report.move is ReportMove.SKIP and step.skippable:
        return step_message(view, steps, report.step + 1), None
    if report.move is not ReportMove.NEXT:
        return step_message(view, steps, _first_open(steps)), None
    answers = {name: fit_answer(text) for name, text in report.answers if text.strip()}
    if lacking := lacking_in_step(step, answers) + _unknown_plugins(
        session, step, answers, report.allowed
    ):
        return step_lacks(view, steps, report.step, lacking), None
    step = replace(step, answers=answers, said="", token=secrets.token_hex(8))
    _store(session, draft, report.step, step)
    told = step_message(view, steps_of(draft), report.step + 1)
    return told, _call(session, view, draft, report.step, step, now)


def record_step_said(session: Session, said: StepSaid, now: datetime) -> Outcome:
    """Note what an extension says to its step; it is told with the issue."""
    draft = session.get(ReportDraft, said.draft)
    steps = {step.token: step for step in steps_of(draft)} if draft else {}
    step = steps.get(said.token) if said.token else None
    if draft is None or step is None:
        return Outcome(at=now)
    _store(session, draft, said.step, replace(step, said=said.said.to_json()))
    return Outcome(number=1, at=now)


def _unknown_plugins(
    session: Session, step: ReportStep, answers: Mapping[str, str], allowed: Clearance
) -> tuple[str, ...]:
    """What of it must be a plugin's name and is none, in words."""
    return tuple(
        f"{label} (the name of a plugin)"
        for name, label, kind, *_ in step.fields
        if kind == "plugin"
        and name in answers
        and known_plugin(session, answers[name], allowed) is None
    )


def _first_open(steps: Sequence[ReportStep]) -> int:
    """The number of the first step that must be answered and is not; if there is none, one more than the last."""
    places = (at for at, step in enumerate(steps, 2) if not step.answers and not step.skippable)
    return next(places, len(steps) + 2)


def _store(session: Session, draft: ReportDraft, number: int, step: ReportStep) -> None:
    steps = list(draft.steps)
    steps[number - 2] = step.to_json()
    draft.steps = steps
    session.add(draft)
    session.flush()


def _call(
    session: Session,
    view: PluginView,
    draft: ReportDraft,
    number: int,
    step: ReportStep,
    now: datetime,
) -> int | None:
    """Have the extension say something to it, unless it was turned off meanwhile."""
    if step.handle not in turned_on(session):
        return None
    given = {name: step.answers.get(name, "") for name, *_ in step.fields}
    event = f"{calls.STEP}{draft.id}:{number}:{step.token}"
    arguments = {"plugin": view.handle, **given}
    return calls.put(session, step.handle, step.run, {}, arguments, now, event=event)
