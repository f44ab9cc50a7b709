"""What people do about issues on GitHub: report a bug, and say which incidents become issues."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from models.events import Outcome
from models.events.filing import BugReport, FilingStyle
from models.extensions.wizard import steps_used
from models.messages import bug_report
from models.messages.acting import denied
from models.messages.audit import noted, wish_words
from models.messages.filing import filing_message
from models.messages.help import unknown_plugin
from models.messages.message import Message
from models.messages.report_steps import no_draft, step_message
from models.outbox.places import destination
from models.outbox.ways_out import can_file
from models.people.persons import Who, audit, who
from models.queries.clearances import of_repository
from models.queries.incidents import open_incidents
from models.queries.plugins import handles, known_plugin, plugin_as
from models.recording.people import report_steps
from models.recording.telling.filing import file_report
from models.rules.audit import AuditOutcome
from models.rules.authority import API, Power
from models.rules.conversations import About, Conversation
from models.rules.report_steps import ReportStep
from models.tables import Announcement, FiledIssue, Plugin, Posting
from models.views import PluginView

# Anyone in a connected workspace may report, so that one person, or one plugin's sudden fame, floods nobody.
MOST_OF_PERSON, OF_PERSON = 5, timedelta(hours=1)
MOST_OF_PLUGIN, OF_PLUGIN = 30, timedelta(days=1)

# What of a draft must stand as an issue, or on its way to one, before it goes.
_FILED = (AuditOutcome.DONE, AuditOutcome.ALREADY)


def record_bug_report(session: Session, report: BugReport, now: datetime) -> Outcome:
    """File the report as an issue, and note the attempt. Anyone may report, a few times an hour."""
    person = who(session, report.actor, now)
    plugin = known_plugin(session, report.plugin, report.allowed)
    if plugin is None:
        answer = unknown_plugin(report.plugin, handles(session))
        return _noted(session, person, "report", AuditOutcome.UNKNOWN, answer, now)
    if report.move is not None:
        return _step(session, report, plugin, person, now)
    outcome, answer = _report(session, report, plugin, person, now)
    return _noted(session, person, "report", outcome, answer, now, plugin)


def _step(
    session: Session, report: BugReport, plugin: Plugin, person: Who, now: datetime
) -> Outcome:
    """Go from a step of an extension to the next one, or file what was filled in."""
    view = plugin_as(session, plugin, report.allowed)
    draft = report_steps.draft_of(session, person.person_id, plugin.id or 0, now)
    if draft is None:
        return Outcome(answer=no_draft(view))
    if went := report_steps.go_on(session, report, view, draft, now):
        answer, call = went
        return Outcome(number=1, answer=answer, call=call)
    answers = tuple((name, text) for name, text in draft.answers)
    whole = replace(report, answers=answers)
    outcome, answer = _report(session, whole, plugin, person, now, report_steps.steps_of(draft))
    if outcome in _FILED:
        session.delete(draft)
    return _noted(session, person, "report", outcome, answer, now, plugin)


def record_filing_style(session: Session, style: FilingStyle, now: datetime) -> Outcome:
    """Change which of the plugin's incidents become issues, if whoever says so may; without a change, just show it."""
    plugin = known_plugin(session, style.plugin, style.allowed)
    if plugin is None:
        return Outcome(answer=unknown_plugin(style.plugin, handles(session)))
    view = plugin_as(session, plugin, style.allowed)
    wanted = {"files_issues": style.files, "closes_issues": style.closes}
    changes = {name: value for name, value in wanted.items() if value is not None}
    if not changes:
        return Outcome(answer=_shown(plugin, view, changed=False))
    person = who(session, style.actor, now)
    if not person.may(Power.ACT, plugin.id):
        return _noted(
            session,
            person,
            "filing",
            AuditOutcome.DENIED,
            denied(Power.ACT, view),
            now,
            plugin,
        )
    differs = any(getattr(plugin, name) != value for name, value in changes.items())
    plugin.sqlmodel_update(changes)
    session.add(plugin)
    answer = _shown(plugin, view, changed=differs)
    words = f"filing {plugin.handle}: {wish_words(changes)}"
    audit(
        session, person, "filing", AuditOutcome.of(changed=differs), words, now, plugin_id=plugin.id
    )
    return Outcome(number=int(differs), answer=answer)


def _report(
    session: Session,
    report: BugReport,
    plugin: Plugin,
    person: Who,
    now: datetime,
    done: Sequence[ReportStep] = (),
) -> tuple[AuditOutcome, Message]:
    view, answers = plugin_as(session, plugin, report.allowed), dict(report.answers)
    if not view.repository or not can_file(session, plugin.repository):
        return AuditOutcome.UNKNOWN, bug_report.not_from_here(view)
    if labels := bug_report.lacking(answers):
        return AuditOutcome.UNKNOWN, bug_report.lacking_message(view, labels)
    steps = (
        []
        if done or report.asked_in is None
        else steps_used(session, report.asked_in, report.actor.user)
    )
    if steps and report.move is None:
        report_steps.begin(session, person, plugin, answers, steps, now)
        return AuditOutcome.DONE, step_message(view, steps, 2)
    known = open_incidents(session, view, allowed=of_repository(session, plugin.repository_id))
    issue = bug_report.report_issue(view, answers, known[-1] if known else None, done)
    return _file_once(session, report, plugin, view, issue, person, now)


def _file_once(
    session: Session,
    report: BugReport,
    plugin: Plugin,
    view: PluginView,
    issue: Message,
    person: Who,
    now: datetime,
) -> tuple[AuditOutcome, Message]:
    """File it, unless it was filed already, or too many were."""
    if same := _same(session, plugin, issue, person, now - OF_PERSON):
        return AuditOutcome.ALREADY, bug_report.reported_already(view, same.number)
    if (
        _filed(session, col(FiledIssue.person_id) == person.person_id, now - OF_PERSON)
        >= MOST_OF_PERSON
    ):
        return AuditOutcome.DENIED, bug_report.too_many_of_person(view, MOST_OF_PERSON)
    if _filed(session, col(FiledIssue.plugin_id) == plugin.id, now - OF_PLUGIN) >= MOST_OF_PLUGIN:
        return AuditOutcome.DENIED, bug_report.too_many_of_plugin(view, MOST_OF_PLUGIN)
    told = None if report.place.platform == API else destination(session, report.place).id
    file_report(session, plugin, issue, person.person_id, told, now)
    return AuditOutcome.DONE, bug_report.on_its_way(view, report.place)


def _same(
    session: Session, plugin: Plugin, issue: Message, person: Who, since: datetime
) -> FiledIssue | None:
    """What the same person reported of the plugin since then in the same words."""
    theirs = session.exec(
        select(FiledIssue).where(
            FiledIssue.person_id == person.person_id,
            FiledIssue.plugin_id == plugin.id,
            col(FiledIssue.filed_at) > since,
        )
    )
    by_conversation = {str(Conversation.on(About.FILED, each.marker)): each for each in theirs}
    found = session.exec(
        select(Announcement.conversation).where(
            col(Announcement.conversation).in_(by_conversation),
            Announcement.action == Posting.POST,
            Announcement.message == issue.to_json(),
        )
    ).first()
    return by_conversation[found] if found else None


def _filed(session: Session, by: ColumnElement[bool], since: datetime) -> int:
    """How many people's reports were filed since then."""
    count = select(func.count()).select_from(FiledIssue).where(by, col(FiledIssue.filed_at) > since)
    return int(session.exec(count.where(col(FiledIssue.person_id).is_not(None))).one())


def _shown(plugin: Plugin, view: PluginView, *, changed: bool) -> Message:
    return filing_message(
        view, files=plugin.files_issues, closes=plugin.closes_issues, changed=changed
    )


def _noted(
    session: Session,
    person: Who,
    action: str,
    outcome: AuditOutcome,
    answer: Message,
    now: datetime,
    plugin: Plugin | None = None,
) -> Outcome:
    words = noted(action, answer)
    audit(session, person, action, outcome, words, now, plugin_id=plugin.id if plugin else None)
    return Outcome(number=int(outcome is AuditOutcome.DONE), answer=answer)
