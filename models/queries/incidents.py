"""Incidents and their stories."""

from collections.abc import Collection, Sequence
from dataclasses import fields
from operator import attrgetter
from types import SimpleNamespace
from typing import Any

import sqlalchemy
from sqlalchemy import bindparam
from sqlalchemy.orm import Bundle
from sqlmodel import Session, SQLModel, col, select

from models.queries.plugins import PLUGIN_COLUMNS, plugin_view
from models.queries.privacy import is_hidden, shown_incident, shown_story, visible
from models.rules.blame import Pair, Proof, Suspect, known_pair
from models.rules.care import Care
from models.rules.incidents import ACTS
from models.rules.privacy import PUBLIC, Clearance
from models.rules.sources import IN_REPOSITORY
from models.rules.status import Verdict
from models.rules.suspects import Likely
from models.tables import Incident, Plugin, Repository, StoryEntry
from models.views import IncidentStory, IncidentView, PluginView, StoryView

_CARE = attrgetter(*(each.name for each in fields(Care)))
WITH_PLUGIN = (
    select(Incident, Plugin, col(Repository.private))
    .join(Plugin, col(Plugin.id) == col(Incident.plugin_id))
    .outerjoin(Repository, col(Repository.github_id) == col(Plugin.repository_id))
)
# As columns: as rows of SQLModel, those of thirty plugins took longer to read than to find.
_OF_INCIDENT: Bundle[Any] = Bundle("incident", *sqlalchemy.inspect(Incident).columns)
_OF_PLUGIN: Bundle[Any] = Bundle("plugin", *PLUGIN_COLUMNS)
_OPEN = (
    sqlalchemy.select(_OF_INCIDENT, _OF_PLUGIN, col(Repository.private))
    .join(Plugin, col(Plugin.id) == col(Incident.plugin_id))
    .outerjoin(Repository, col(Repository.github_id) == col(Plugin.repository_id))
    .where(col(Incident.id).in_(bindparam("numbers", expanding=True)))
    .order_by(col(Incident.opened_at), col(Incident.id))
)
# Asked first, as most plugins have none: the wide rows of the rest take long to describe.
_OPEN_ON = sqlalchemy.select(col(Incident.id)).where(
    col(Incident.resolved_at).is_(None),
    col(Incident.plugin_id).in_(bindparam("plugins", expanding=True)),
    col(Incident.host_branch) == bindparam("host_branch"),
    visible(col(Incident.plugin_id), col(Incident.origin), PUBLIC),
)

# All functions here leave out what is not `allowed` to be known, as `models.queries.privacy` says.


def open_incidents(
    session: Session,
    plugin: PluginView | None = None,
    *,
    allowed: Clearance = PUBLIC,
) -> list[IncidentView]:
    """Every open incident, or every one of this plugin, oldest first."""
    wanted = [
        col(Incident.resolved_at).is_(None),
        visible(col(Incident.plugin_id), col(Incident.origin), allowed),
    ]
    if plugin:
        wanted.append(col(Plugin.handle) == plugin.handle)
    rows = session.exec(
        WITH_PLUGIN.where(*wanted).order_by(col(Incident.opened_at), col(Incident.id)),
    )
    return [view_as(*row, allowed) for row in rows]


def open_members(
    session: Session, outbreak: int, *, allowed: Clearance = PUBLIC
) -> list[IncidentView]:
    """Every open incident of the outbreak, oldest first."""
    rows = session.exec(
        WITH_PLUGIN.where(
            col(Incident.outbreak_id) == outbreak,
            col(Incident.resolved_at).is_(None),
            visible(col(Incident.plugin_id), col(Incident.origin), allowed),
        ).order_by(col(Incident.opened_at), col(Incident.id))
    )
    return [view_as(*row, allowed) for row in rows]


def open_on(
    session: Session, plugin_ids: Collection[int], host_branch: str
) -> dict[int, list[IncidentView]]:
    """What everybody may know of the open incidents of these plugins on a host branch, oldest first."""
    asked = {"plugins": list(plugin_ids), "host_branch": host_branch}
    numbers = session.execute(_OPEN_ON, asked).scalars().all()
    if not numbers:
        return {}
    found: dict[int, list[IncidentView]] = {}
    for incident, plugin, private in session.execute(_OPEN, {"numbers": list(numbers)}):
        seen = view_as(incident, plugin, private, PUBLIC)
        found.setdefault(incident.plugin_id, []).append(seen)
    return found


def incidents_of(
    session: Session,
    plugin: PluginView,
    limit: int,
    *,
    allowed: Clearance = PUBLIC,
) -> list[IncidentStory]:
    """The plugin's newest incidents with their stories, newest first, `limit` at the most."""
    shown = visible(col(Incident.plugin_id), col(Incident.origin), allowed)
    newest = WITH_PLUGIN.where(Plugin.handle == plugin.handle, shown).order_by(
        col(Incident.opened_at).desc(),
        col(Incident.id).desc(),
    )
    rows = session.exec(newest.limit(limit)).all()
    hidden = any(_hides(*row[1:], allowed) for row in rows)
    stories = _stories(
        session,
        [incident.id or 0 for incident, _, _ in rows],
        allowed,
        hidden=hidden,
    )
    return [IncidentStory(view_as(*row, allowed), tuple(stories[row[0].id or 0])) for row in rows]


def incident_story(
    session: Session, number: int, *, allowed: Clearance = PUBLIC
) -> IncidentStory | None:
    """The incident of this number with its story; None if there is none that may be known."""
    shown = visible(col(Incident.plugin_id), col(Incident.origin), allowed)
    row = session.exec(WITH_PLUGIN.where(Incident.id == number, shown)).first()
    if row is None:
        return None
    stories = _stories(session, [number], allowed, hidden=_hides(*row[1:], allowed))
    return IncidentStory(view_as(*row, allowed), tuple(stories[number]))


def view_as(row: Any, plugin: Any, private: bool | None, allowed: Clearance) -> IncidentView:
    """An incident as far as it is `allowed` to be known, by a row of `WITH_PLUGIN` or by its columns."""
    hidden = _hides(plugin, private, allowed)
    return shown_incident(incident_view(row, plugin), allowed, hidden=hidden)


def _hides(plugin: Any, private: bool | None, allowed: Clearance) -> bool:
    """Whether more of the plugin is private than is `allowed` to be known."""
    return allowed.hides(plugin.id, private=private)


def incident_view(row: Any, plugin: Any) -> IncidentView:
    """An incident as people see it, by rows or by their columns."""
    return incident_of(_columns(row), plugin_view(_columns(plugin)))


def _columns(row: Any) -> Any:
    """A row's columns by their names: SQLAlchemy takes ten times as long to hand out each of them."""
    if not isinstance(row, SQLModel):
        return row
    read = vars(row)
    # Beside them is SQLAlchemy's own word; one that is missing is read when it is asked for.
    return SimpleNamespace(**read) if len(read) > len(type(row).model_fields) else row


def incident_of(row: Any, plugin: PluginView) -> IncidentView:
    """The same, of a plugin as people see it."""
    return IncidentView(
        number=row.id or 0,
        plugin=plugin,
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
        care=care_of(row),
        confirmed=row.confirmed,
        proof=Proof(row.proof) if row.proof else None,
        proof_where=row.proof_where or "",
        pin_version=row.pin_version or "",
        likely=Likely(row.likely_sha or "", row.likely_repository or "", row.likely_words or ""),
        fix=Likely(row.fix_sha or "", row.likely_repository or "", row.fix_words or ""),
        pinned_sha=row.pinned_sha or "",
        closed=row.closed or "",
    )


def shown_to(
    session: Session,
    row: Incident,
    plugin: Plugin,
    allowed: Clearance,
) -> IncidentView | None:
    """The incident as far as it is `allowed` to be known; None for what only CI says of a plugin
    that is hidden.
    """
    hidden = is_hidden(session, plugin.id, allowed)
    if hidden and row.origin in IN_REPOSITORY:
        return None
    return shown_incident(incident_view(row, plugin), allowed, hidden=hidden)


def care_of(row: Any) -> Care:
    """What people have done about the incident."""
    return Care(*_CARE(row))


def _stories(
    session: Session, numbers: Sequence[int], allowed: Clearance, *, hidden: bool
) -> dict[int, list[StoryView]]:
    stories: dict[int, list[StoryView]] = {number: [] for number in numbers}
    entries = (
        select(StoryEntry)
        .where(col(StoryEntry.incident_id).in_(numbers))
        .order_by(col(StoryEntry.id))
    )
    for entry in session.exec(entries):
        if entry.kind in ACTS and not allowed.inside:
            continue  # only those inside know who does what
        told = StoryView(entry.at, entry.kind, entry.words)
        if shown := shown_story(entry.kind, told, entry.host_sha, allowed, hidden=hidden):
            stories[entry.incident_id].append(shown)
    return stories
