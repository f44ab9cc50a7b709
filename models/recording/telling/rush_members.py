"""What stands in lists of a rush: by columns and at once, as each batch of a rush reads the whole list again."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import starmap
from typing import NamedTuple

from sqlmodel import Session

from models.database import bulk
from models.messages.rush import name_length
from models.recording.telling.card_groups import current
from models.rules.care import UNTOUCHED, Care
from models.rules.privacy import Clearance
from models.rules.rushes import NameLength
from models.rules.sources import IN_REPOSITORY
from models.rules.status import Verdict
from models.views.plugin import PluginView
from models.views.rush import ListedIncident


class Listable(NamedTuple):
    """An incident as a list may tell of it, and when it began and ended."""

    plugin_id: int
    opened_at: datetime
    resolved_at: datetime | None
    incident: ListedIncident


@dataclass(frozen=True, slots=True)
class Lists:
    """Lists by their ids: when each was `opened`, and the numbers of its `members`.

    `cards` has the incidents that share a card, by the number of the one whose card it is. Of plugins in `private` not
    everyone may know all.
    """

    opened: dict[int, datetime]
    members: dict[int, list[int]]
    cards: Mapping[int, Sequence[Listable]]
    private: Collection[int]

    def shown(self, number: int, allowed: Clearance) -> list[ListedIncident]:
        """The incidents that the card would tell of: of a hidden plugin not what only CI says."""
        shown: list[ListedIncident] = []
        for plugin_id, _, _, incident in self.cards[number]:
            hidden = allowed.hides(plugin_id, private=plugin_id in self.private)
            if hidden and incident.origin in IN_REPOSITORY:
                continue
            # Only those inside know who does what.
            shown.append(incident if allowed.inside else incident._replace(care=UNTOUCHED))
        return shown

    def name_lengths(self, number: int, allowed: Clearance) -> list[NameLength]:
        """How long the names are that the card would tell of."""
        return [name_length(each) for each in self.shown(number, allowed)]

    def tells_secrets(self, numbers: Sequence[int], allowed: Clearance) -> bool:
        """Whether a list of these tells more of a plugin than everyone may know."""
        if not self.private:
            return False
        listed = {each.plugin_id for number in numbers for each in self.cards[number]}
        return any(map(allowed.knows, listed.intersection(self.private)))


def lists(
    session: Session, rush_ids: Collection[int], joining: Collection[int], private: Collection[int]
) -> Lists:
    """These lists, with the incidents that are in them and those that are to join. What is gone is missing."""
    found = bulk.fetch(
        session,
        FOUND,
        NAMED,
        lists=[(each,) for each in sorted(rush_ids)],
        joining=[(each,) for each in sorted(joining)],
    )
    members: dict[int, list[int]] = defaultdict(list)
    for rush_id, number in found["members"]:
        members[rush_id].append(number)
    cards: dict[int, list[Listable]] = defaultdict(list)
    plugins: dict[str, PluginView] = {}
    for row in starmap(_Row, found["incidents"]):
        if row.handle not in plugins:
            plugins[row.handle] = PluginView(row.handle, row.handle, "")
        cards[row.card].append(_listable(row, plugins[row.handle]))
    return Lists(
        {rush_id: bulk.time_of(opened_at) for rush_id, opened_at in found["lists"]},
        members,
        {card: current(alike) for card, alike in cards.items()},
        private,
    )


class _Row(NamedTuple):
    """The columns of an incident that a line tells of, by their names, and the number of the one whose card it is."""

    card: int
    handle: str
    plugin_id: int
    id: int
    plugin_branch: str
    host_branch: str
    origin: str
    verdict: str
    opened_at: str
    resolved_at: str | None
    closed: str | None
    confirmed: bool
    owner: str | None
    acknowledged_by: str | None
    acknowledged_at: str | None
    muted_at: str | None
    muted_until: str | None


def _listable(row: _Row, plugin: PluginView) -> Listable:
    resolved_at = _time(row.resolved_at)
    incident = ListedIncident(
        row.id,
        plugin,
        row.plugin_branch,
        row.host_branch,
        row.origin,
        Verdict(row.verdict),
        resolved_at,
        row.closed or "",
        bool(row.confirmed),
        _care(row),
    )
    return Listable(row.plugin_id, bulk.time_of(row.opened_at), resolved_at, incident)


def _care(row: _Row) -> Care:
    """As much of it as a line tells."""
    if not (row.owner or row.acknowledged_at or row.muted_at):
        return UNTOUCHED
    return Care(
        owner=row.owner,
        acknowledged_by=row.acknowledged_by,
        acknowledged_at=_time(row.acknowledged_at),
        muted_at=_time(row.muted_at),
        muted_until=_time(row.muted_until),
    )


def _time(value: str | None) -> datetime | None:
    return bulk.time_of(value) if value else None


NAMED = """
WITH listed AS (SELECT m.rush_id, m.incident_id FROM {lists(id int)} l {each rush_member m where m.rush_id = l.id}),
numbers AS (SELECT incident_id AS id FROM listed UNION SELECT id FROM {joining(id int)} j),
shown AS (SELECT n.id, n.id AS card FROM numbers n
    UNION ALL SELECT i.id, n.id FROM numbers n {each incident i where i.lead_id = n.id})
"""
FOUND = {
    "lists": (
        "id, opened_at",
        "SELECT r.id, r.opened_at FROM {lists(id int)} l {each rush r where r.id = l.id}",
    ),
    "members": (
        "rush_id, incident_id",
        "SELECT rush_id, incident_id FROM listed ORDER BY incident_id",
    ),
    "incidents": (
        ", ".join(_Row._fields),
        """SELECT s.card, p.handle, i.* FROM shown s {each incident i where i.id = s.id}
        {each plugin p where p.id = i.plugin_id} WHERE coalesce(i.lead_id, i.id) = s.card ORDER BY i.id""",
    ),
}
