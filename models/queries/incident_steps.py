"""What happened last, over all incidents, as everybody may know it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, literal
from sqlmodel import Session, col, false, func, or_, select, true

from models.lookup import find_plugin
from models.queries.incidents import incident_view
from models.queries.privacy import is_hidden, shown_incident, shown_story, visible
from models.queries.statuses import verdict_view
from models.rules.incidents import ACTS
from models.rules.privacy import PUBLIC
from models.rules.status import Verdict
from models.tables import Incident, Plugin, Repository, SourceVerdict, StoryEntry
from models.views import StoryView
from models.views.incident_steps import StepView

# Written into the statement, as how many are wanted is: PostgreSQL plans it once, and would take unknown words for a
# reason to read all steps, and an unknown number for a tenth of all.
_IS_NO_ACT = col(StoryEntry.kind).not_in(
    bindparam("acts", sorted(ACTS), expanding=True, literal_execute=True)
)


def newest_steps(
    session: Session, limit: int, *, handle: str | None = None, tag: str | None = None
) -> list[StepView]:
    """What happened last, newest first: everywhere, to the plugin of this handle, or to those with this tag.

    Without what only edited a card, and without what people did, which only those inside know.
    """
    wanted: ColumnElement[bool] = true()
    if handle is not None:
        wanted = col(Plugin.handle) == handle
    if tag is not None:
        wanted = col(Plugin.id).in_(_tagged(session, tag))
    return _steps(session, wanted & ~col(StoryEntry.quiet), limit)


def open_steps(session: Session, incidents: int, limit: int) -> list[StepView]:
    """What happened to the newest open incidents, newest first: to so many `incidents` at the most."""
    newest = (
        select(Incident.id)
        .where(
            col(Incident.resolved_at).is_(None),
            # All have one; PostgreSQL's index holds those that do (tables/incident.py).
            col(Incident.opened_at).is_not(None),
            visible(col(Incident.plugin_id), col(Incident.origin), PUBLIC),
        )
        .order_by(col(Incident.opened_at).desc(), col(Incident.id).desc())
        .limit(_few(incidents))
    )
    # By a statement of its own, and named on both sides, or PostgreSQL reads all incidents, or all steps.
    ids = session.exec(newest).all()
    return _steps(session, col(StoryEntry.incident_id).in_(ids) & col(Incident.id).in_(ids), limit)


def is_tag(session: Session, tag: str) -> bool:
    """Whether any plugin has this tag, in any case."""
    return bool(_tagged(session, tag))


def public_verdicts(
    session: Session, name: str, plugin_branch: str, host_branch: str, now: datetime
) -> list[Verdict] | None:
    """What the sources say of a plugin at `now`, on these branches or, where one is empty, on any.

    None where there is no such plugin, or its repository is private.
    """
    plugin = find_plugin(session, name)
    if plugin is None or is_hidden(session, plugin.id, PUBLIC):
        return None
    wanted = [col(SourceVerdict.plugin_id) == plugin.id]
    if plugin_branch:
        wanted.append(col(SourceVerdict.plugin_branch) == plugin_branch)
    if host_branch:
        wanted.append(col(SourceVerdict.host_branch) == host_branch)
    rows = session.exec(select(SourceVerdict).where(*wanted))
    return [verdict_view(row, now).verdict for row in rows]


def _tagged(session: Session, tag: str) -> Collection[int]:
    wanted = tag.casefold()
    return [
        plugin_id or 0
        for plugin_id, tags in session.exec(select(Plugin.id, Plugin.tags))
        if wanted in {each.casefold() for each in tags}
    ]


def _few(limit: int) -> ColumnElement[int]:
    """How many are wanted at the most."""
    return literal(limit, literal_execute=True)


def _steps(session: Session, wanted: ColumnElement[bool], limit: int) -> list[StepView]:
    is_private = func.coalesce(col(Repository.private), false())
    rows = session.exec(
        select(StoryEntry, Incident, Plugin, is_private)
        .join(Incident, col(Incident.id) == col(StoryEntry.incident_id))
        .join(Plugin, col(Plugin.id) == col(Incident.plugin_id))
        .outerjoin(Repository, col(Repository.github_id) == col(Plugin.repository_id))
        .where(
            wanted,
            _IS_NO_ACT,
            visible(col(Incident.plugin_id), col(Incident.origin), PUBLIC),
            or_(~is_private, col(StoryEntry.host_sha) != ""),
        )
        .order_by(col(StoryEntry.id).desc())
        .limit(_few(limit))
    )
    found = []
    for entry, incident, plugin, private in rows:
        hidden = bool(private)
        told = StoryView(entry.at, entry.kind, entry.words)
        step = shown_story(entry.kind, told, entry.host_sha, PUBLIC, hidden=hidden)
        if step:
            view = shown_incident(incident_view(incident, plugin), PUBLIC, hidden=hidden)
            found.append(StepView(entry.id or 0, view, step))
    return found
