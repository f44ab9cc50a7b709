"""Issues of incidents: filed once, told of the recovery once, opened again when the same breaks again."""

import secrets
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models import outbox
from models.events import Outcome
from models.events.filing import IssueRefused, IssueStands
from models.github.facts import IssueFact
from models.messages import bug_report, filing, links
from models.messages.message import Message
from models.outbox.places import destination
from models.outbox.ways_out import GITHUB
from models.queries.clearances import bounds, clearances, of_repository
from models.queries.incidents import incident_view
from models.queries.plugins import plugin_as, plugin_of
from models.queries.privacy import shown_incident
from models.recording.verdicts.incidents import Told, tell
from models.rules.conversations import About, Conversation
from models.rules.incidents import BREAKS, FIELD_EVIDENCE, RECURRENCE, StoryKind
from models.rules.places import Place
from models.rules.speaking import speaking
from models.tables import Destination, FiledIssue, Incident, Plugin, Posting
from models.views import IncidentView, PluginView

# The steps by which an incident can come to need an issue.
_BROKEN = BREAKS | {StoryKind.FIELD}


def file_report(
    session: Session,
    plugin: Plugin,
    issue: Message,
    person_id: int,
    tell_id: int | None,
    now: datetime,
) -> None:
    """File what a person reports; what becomes of it is told at the destination `tell_id`."""
    _file(session, plugin, issue, now, person_id=person_id, tell_id=tell_id)


def file_incident(session: Session, incident: Incident, plugin: Plugin, now: datetime) -> None:
    """File the incident, or take up the issue of an earlier one that broke in the same way not long ago."""
    earlier = _earlier(session, incident, now)
    if earlier is None:
        issue = filing.incident_issue(_view(session, incident, plugin))
        _file(session, plugin, issue, now, incident_id=incident.id)
        incident.filed_at = now
        return
    earlier.incident_id = incident.id
    incident.filed_at, incident.issue = now, earlier.number
    _tell_recurrence(session, earlier, incident, plugin, now)


def follow_up(session: Session, told: Sequence[Told], now: datetime) -> None:
    """Say on GitHub, if issues are filed at all, what these steps mean, and file those that file themselves."""
    for step in (it for it in told if it.incident.confirmed and not it.incident.lead_id):
        incident, plugin = step.incident, step.plugin
        filed = _of(session, incident)
        # A mute that the recovery ends stands in the recovery's place, so it is known by its time.
        if filed and incident.resolved_at == now:
            _tell_recovery(session, filed, incident, plugin, now)
        elif filed and step.kind is StoryKind.REOPENED:
            _tell_recurrence(session, filed, incident, plugin, now)
        elif not filed and incident.resolved_at is None and step.kind in _BROKEN:
            files = plugin.files_issues and incident.origin != FIELD_EVIDENCE
            if (files or _earlier(session, incident, now)) and links.repository(plugin.repository):
                file_incident(session, incident, plugin, now)


def record_issue_stands(
    session: Session, stands: IssueStands, now: datetime
) -> tuple[Outcome, list[Told]]:
    """Note the issue's number, and tell those who wait for it."""
    filed = _known(session, stands.conversation)
    if filed is None or filed.number is not None:
        return Outcome(), []
    filed.number = stands.number
    plugin = plugin_of(session, filed.plugin_id)
    _answer(session, filed, plugin, lambda view: bug_report.report_stands(view, stands.number), now)
    if filed.incident_id is None:
        return Outcome(number=1), []
    incident = session.get_one(Incident, filed.incident_id)
    incident.issue = stands.number
    words = filing.stands_words(plugin.repository, stands.number)
    return Outcome(number=1), [tell(session, incident, StoryKind.FILED, now, words)]


def record_issue_refused(
    session: Session, refused: IssueRefused, now: datetime
) -> tuple[Outcome, list[Told]]:
    """Forget the issue, so that it can be filed again, and tell those who wait for it why."""
    filed = _known(session, refused.conversation)
    if filed is None or filed.number is not None:
        return Outcome(), []
    plugin = plugin_of(session, filed.plugin_id)
    _answer(
        session,
        filed,
        plugin,
        lambda view: bug_report.report_refused(view, _reason(view, refused)),
        now,
    )
    session.delete(filed)
    if filed.incident_id is None:
        return Outcome(number=1), []
    incident = session.get_one(Incident, filed.incident_id)
    incident.filed_at = incident.issue = None
    return Outcome(number=1), [
        tell(session, incident, StoryKind.FILED, now, filing.refused_words(refused.reason))
    ]


def ours(session: Session, facts: Iterable[IssueFact]) -> frozenset[int]:
    """Which of these issues, by GitHub's ids, were filed from here; a copy of a marker makes nothing ours."""
    marked = {fact.marker: fact for fact in facts if fact.marker}
    if not marked:
        return frozenset()
    filed = (
        select(FiledIssue, Plugin.repository_id)
        .join(Plugin, col(Plugin.id) == col(FiledIssue.plugin_id))
        .where(col(FiledIssue.marker).in_(marked))
    )
    return frozenset(
        marked[row.marker].github_id
        for row, repository_id in session.exec(filed)
        if repository_id == marked[row.marker].repository_id
        and row.number in {None, marked[row.marker].number}
    )


def _file(
    session: Session,
    plugin: Plugin,
    issue: Message,
    now: datetime,
    *,
    incident_id: int | None = None,
    person_id: int | None = None,
    tell_id: int | None = None,
) -> None:
    repository = destination(session, Place(GITHUB, plugin.repository.lower(), plugin.repository))
    filed = FiledIssue(
        marker=secrets.token_hex(8),
        plugin_id=plugin.id or 0,
        incident_id=incident_id,
        destination_id=repository.id or 0,
        person_id=person_id,
        tell_id=tell_id,
        filed_at=now,
    )
    session.add(filed)
    _say(session, filed, Posting.POST, issue, now)


def _tell_recovery(
    session: Session, filed: FiledIssue, incident: Incident, plugin: Plugin, now: datetime
) -> None:
    view = _view(session, incident, plugin)
    _say(session, filed, Posting.REPLY, filing.recovery_comment(view), now)
    if plugin.closes_issues:
        _say(session, filed, Posting.CLOSE, filing.closing(view), now)


def _tell_recurrence(
    session: Session, filed: FiledIssue, incident: Incident, plugin: Plugin, now: datetime
) -> None:
    _say(session, filed, Posting.REOPEN, filing.reopening(), now)
    _say(
        session,
        filed,
        Posting.REPLY,
        filing.recurrence_comment(_view(session, incident, plugin)),
        now,
    )


def _say(
    session: Session, filed: FiledIssue, action: Posting, message: Message, now: datetime
) -> None:
    outbox.enqueue(
        session,
        filed.destination_id,
        Conversation.on(About.FILED, filed.marker),
        action,
        message,
        now,
    )


def _view(session: Session, incident: Incident, plugin: Plugin) -> IncidentView:
    """The incident as those may see it who read the plugin's repository."""
    return shown_incident(
        incident_view(incident, plugin), of_repository(session, plugin.repository_id), hidden=False
    )


def _answer(
    session: Session,
    filed: FiledIssue,
    plugin: Plugin,
    compose: Callable[[PluginView], Message],
    now: datetime,
) -> None:
    """Tell whoever reported, as far as they may know of the plugin by now."""
    if filed.tell_id is None:
        return
    to = session.get_one(Destination, filed.tell_id)
    within = bounds(session)
    shown = plugin_as(session, plugin, clearances(session, [to], within)[filed.tell_id])
    with speaking(to.language):
        message = compose(shown)
    private = plugin.id in within.private
    about = Conversation.on(About.REPORT, filed.marker)
    outbox.enqueue(session, filed.tell_id, about, Posting.POST, message, now, private=private)


def _reason(plugin: PluginView, refused: IssueRefused) -> str:
    """Why GitHub did not take it; that may name the repository, so not to whom the plugin's is not shown."""
    return refused.reason if plugin.repository else "GitHub did not take it"


def _of(session: Session, incident: Incident) -> FiledIssue | None:
    return session.exec(select(FiledIssue).where(FiledIssue.incident_id == incident.id)).first()


def _known(session: Session, conversation: str) -> FiledIssue | None:
    marker = Conversation(conversation).key
    return session.exec(select(FiledIssue).where(FiledIssue.marker == marker)).first()


def _earlier(session: Session, incident: Incident, now: datetime) -> FiledIssue | None:
    """The issue of an earlier incident of the same branches that failed in the same way and ended not long ago."""
    alike = (
        select(FiledIssue)
        .join(Incident, col(Incident.id) == col(FiledIssue.incident_id))
        .where(
            Incident.plugin_id == incident.plugin_id,
            Incident.plugin_branch == incident.plugin_branch,
            Incident.host_branch == incident.host_branch,
            Incident.fingerprint == incident.fingerprint,
            Incident.id != incident.id,
            col(Incident.resolved_at) >= now - RECURRENCE,
        )
    )
    return session.exec(alike.order_by(col(FiledIssue.id).desc())).first()
