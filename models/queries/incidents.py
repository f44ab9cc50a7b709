"""Incidents, their stories, and outbreaks."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from models.queries.plugins import plugin_view
from models.rules.blame import Pair, Suspect, known_pair
from models.rules.status import Verdict
from models.tables import Incident, Outbreak, Plugin, StoryEntry
from models.views import IncidentStory, IncidentView, OutbreakView, PluginView, StoryView

_WITH_PLUGIN = select(Incident, Plugin).join(Plugin)


def open_incidents(session: Session) -> list[IncidentView]:
    """Every open incident, oldest first."""
    still_open = _WITH_PLUGIN.where(col(Incident.resolved_at).is_(None))
    rows = session.exec(still_open.order_by(col(Incident.opened_at), col(Incident.id)))
    return [incident_view(incident, plugin) for incident, plugin in rows]


def open_outbreaks(session: Session) -> list[OutbreakView]:
    """Every open outbreak, oldest first."""
    rows = session.exec(select(Outbreak).where(col(Outbreak.resolved_at).is_(None)).order_by(col(Outbreak.id)))
    return [outbreak_view(session, row) for row in rows.all()]


def incidents_of(session: Session, plugin: PluginView, limit: int) -> list[IncidentStory]:
    """The plugin's newest incidents with their stories, newest first, `limit` at the most."""
    newest = _WITH_PLUGIN.where(Plugin.handle == plugin.handle).order_by(
        col(Incident.opened_at).desc(), col(Incident.id).desc()
    )
    incidents = [incident_view(*row) for row in session.exec(newest.limit(limit))]
    stories = _stories(session, [incident.number for incident in incidents])
    return [IncidentStory(incident, tuple(stories[incident.number])) for incident in incidents]


def incidents_numbered(session: Session, numbers: Sequence[int]) -> dict[int, IncidentView]:
    """The incidents with these numbers."""
    rows = session.exec(_WITH_PLUGIN.where(col(Incident.id).in_(numbers)))
    return {incident.id or 0: incident_view(incident, plugin) for incident, plugin in rows}


def incident_view(row: Incident, plugin: Plugin) -> IncidentView:
    """An incident as people see it."""
    return IncidentView(
        number=row.id or 0,
        plugin=plugin_view(plugin),
        plugin_branch=row.plugin_branch,
        host_branch=row.host_branch,
        origin=row.origin,
        verdict=Verdict(row.verdict),
        opened_at=row.opened_at,
        updated_at=row.updated_at,
        resolved_at=row.resolved_at,
        times=row.times,
        suspect=Suspect(row.suspect),
        first_bad=Pair(row.bad_plugin_sha, row.bad_host_sha),
        last_bad=Pair(row.last_plugin_sha, row.last_host_sha),
        last_good=known_pair(row.good_plugin_sha, row.good_host_sha),
        fingerprint=row.fingerprint,
        message=row.message,
        backtrace=row.backtrace,
        said_by=row.said_by,
        failing_sites=row.failing_sites,
        outbreak=row.outbreak_id,
        reference=row.reference,
    )


def outbreak_view(session: Session, row: Outbreak) -> OutbreakView:
    """An outbreak with its incidents, oldest first."""
    members = session.exec(_WITH_PLUGIN.where(Incident.outbreak_id == row.id).order_by(col(Incident.id)))
    return OutbreakView(
        number=row.id or 0,
        host_branch=row.host_branch,
        good_host_sha=row.good_host_sha,
        bad_host_sha=row.bad_host_sha,
        by_fingerprint=row.cause.startswith("fingerprint/"),
        opened_at=row.opened_at,
        updated_at=row.updated_at,
        resolved_at=row.resolved_at,
        incidents=tuple(incident_view(incident, plugin) for incident, plugin in members),
    )


def _stories(session: Session, numbers: Sequence[int]) -> dict[int, list[StoryView]]:
    stories: dict[int, list[StoryView]] = {number: [] for number in numbers}
    entries = select(StoryEntry).where(col(StoryEntry.incident_id).in_(numbers)).order_by(col(StoryEntry.id))
    for entry in session.exec(entries):
        stories[entry.incident_id].append(StoryView(entry.at, entry.kind, entry.words))
    return stories
