"""What is not for public pages: of a plugin whose repository is private, all that GitHub told.

What Guards, client sites and the canary say is told by others, and is shown.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col, or_, select, true

from models.rules.blame import Pair, Suspect
from models.rules.status import Source, combine
from models.tables import Plugin, Repository
from models.views import IncidentView, SourceView

PRIVATE = (
    select(Plugin.id)
    .join(Repository, col(Repository.github_id) == col(Plugin.repository_id))
    .where(col(Repository.private))
)

_NOT_TOLD = Pair("", "")


def visible(plugin_id: Any, source: Any, *, public: bool) -> ColumnElement[bool]:
    """The condition on these two columns under which what the source says is shown: on public pages, no private CI."""
    return or_(source != Source.TESTS, plugin_id.not_in(PRIVATE)) if public else true()


def without_github(incident: IncidentView) -> IncidentView:
    """An incident of a private repository's plugin without where that is, and without what CI said of it earlier."""
    return replace(
        incident,
        plugin=replace(incident.plugin, repository=""),
        suspect=incident.suspect if incident.first_bad.host_sha else Suspect.UNKNOWN,
        first_bad=_without_ci(incident.first_bad),
        last_bad=_without_ci(incident.last_bad),
        last_good=incident.last_good if incident.last_good and incident.last_good.host_sha else None,
        reference=None,
    )


def since(sources: Sequence[SourceView]) -> datetime:
    """Since when the worst of these verdicts has been so."""
    worst = combine(source.verdict for source in sources)
    return max(source.changed_at for source in sources if source.verdict is worst)


def _without_ci(pair: Pair) -> Pair:
    # Only CI names no host commit.
    return pair if pair.host_sha else _NOT_TOLD
