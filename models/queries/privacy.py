"""What somebody with a clearance is shown of what they ask for.

A plugin is hidden if its repository is private and the clearance does not include it. Of a hidden
plugin, all that GitHub told is left out: its address, what it says of itself, its issues, releases
and CI. What Guards, client sites and the canary say does not come from GitHub, and is shown.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select, true

from models.rules.blame import Pair, Proof, Suspect
from models.rules.care import UNTOUCHED
from models.rules.incidents import StoryKind
from models.rules.privacy import Clearance
from models.rules.sources import IN_REPOSITORY
from models.rules.status import combine
from models.rules.suspects import NOT_CLEAR
from models.tables import Plugin, Repository
from models.views import IncidentView, PluginView, StoryView, VerdictView

# Private repositories are few and found by an index; a join may look at each plugin instead.
PRIVATE = select(Plugin.id).where(
    col(Plugin.repository_id).in_(select(Repository.github_id).where(col(Repository.private)))
)

_NOT_TOLD = Pair("", "")
# The words of such an entry may name the canary server that saw it before client sites did.
_FIELD = "Client sites report it too."


def visible(plugin_id: Any, source: Any, allowed: Clearance) -> ColumnElement[bool]:
    """The condition, on these two columns, that the verdict may be shown: no CI of a hidden
    plugin.
    """
    if allowed.every_plugin:
        return true()
    return or_(
        source.not_in(IN_REPOSITORY),
        plugin_id.not_in(PRIVATE),
        plugin_id.in_(sorted(allowed.plugins)),
    )


def is_hidden(session: Session, plugin_id: int | None, allowed: Clearance) -> bool:
    """Whether the plugin is private and may not be known."""
    if allowed.knows(plugin_id):
        return False
    private = select(Plugin.id).where(Plugin.id == plugin_id, col(Plugin.id).in_(PRIVATE))
    return session.exec(private).first() is not None


def private_plugins(session: Session) -> frozenset[int]:
    """The plugins whose repositories are private."""
    return frozenset(id_ or 0 for id_ in session.exec(PRIVATE))


def shown_plugin(plugin: PluginView, allowed: Clearance, *, hidden: bool) -> PluginView:
    """A plugin without what may not be known of it."""
    if not hidden:
        told = allowed.inside or plugin.contact_emails is None
        return plugin if told else replace(plugin, contact_emails=None)
    return replace(
        plugin,
        repository="",
        path="",
        about=None,
        version=None,
        authors=None,
        contact_emails=None,
        url=None,
        required_version=None,
        meta_topic_id=None,
        label=None,
        compatibility=None,
        compat_branches=(),
        docs_url=None,
        support_url=None,
        test_host=None,
        maintainers=(),
        edited=(),
        updated_at=None,  # when its repository changed
    )


def shown_incident(incident: IncidentView, allowed: Clearance, *, hidden: bool) -> IncidentView:
    """An incident without what may not be known; of a hidden plugin, without what GitHub told."""
    plugin = shown_plugin(incident.plugin, allowed, hidden=hidden)
    if plugin is not incident.plugin:
        incident = replace(incident, plugin=plugin)
    if not allowed.inside:
        # Only those inside know who does what, and which servers reported it; a workflow's name is
        # public, and so is an issue.
        said_by = incident.said_by if incident.origin in IN_REPOSITORY else None
        incident = replace(
            incident, care=replace(UNTOUCHED, issue=incident.care.issue), said_by=said_by
        )
    return _without_github(incident) if hidden else incident


def shown_story(
    kind: str,
    story: StoryView,
    host_sha: str,
    allowed: Clearance,
    *,
    hidden: bool,
) -> StoryView | None:
    """A step of a story as it may be known; None for one that may not.

    A step without `host_sha` is CI's, which names no host commit.
    """
    if hidden and (not host_sha or kind == StoryKind.FILED):
        return None
    if kind == StoryKind.FIELD and not allowed.inside:
        return replace(story, words=_FIELD)
    return story


def since(said: Sequence[VerdictView]) -> datetime:
    """Since when the worst of these verdicts has been given."""
    worst = combine(each.verdict for each in said)
    return max(each.changed_at for each in said if each.verdict is worst)


def _without_github(incident: IncidentView) -> IncidentView:
    if incident.origin in IN_REPOSITORY:
        incident = replace(incident, message=None, backtrace=None, said_by=None)
    if incident.proof is Proof.TESTS:
        incident = replace(incident, suspect=Suspect.BOTH, proof=None)
    good = incident.last_good
    return replace(
        incident,
        suspect=incident.suspect if incident.first_bad.host_sha else Suspect.UNKNOWN,
        first_bad=_without_ci(incident.first_bad),
        last_bad=_without_ci(incident.last_bad),
        last_good=good if good and good.host_sha else None,
        reference=None,
        likely=NOT_CLEAR,
        fix=NOT_CLEAR,
        care=replace(incident.care, filed_at=None, issue=None),
    )


def _without_ci(pair: Pair) -> Pair:
    return pair if pair.host_sha else _NOT_TOLD
