"""Lists of a rush: which incidents they hold, and what they show to those who may know so much."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from sqlmodel import Session, col, select

from models.database import bulk
from models.messages.message import Message
from models.messages.rush import name_length, rush_card
from models.queries.incidents import incident_of
from models.queries.privacy import shown_incident
from models.recording.telling.card_groups import CardGroup, groups_of
from models.rules.privacy import Clearance
from models.rules.routing import Listener
from models.rules.rushes import ListRoom, NameLength
from models.rules.sources import IN_REPOSITORY
from models.rules.speaking import speaking
from models.tables import Plugin, Rush, RushMember
from models.views import IncidentView, PluginView


class Joining(NamedTuple):
    """Incidents to be listed at a destination, in this list if it has room: cards that waited, and new ones."""

    destination_id: int
    rush_id: int | None
    taken: Sequence[int]
    new: Sequence[int]

    @property
    def numbers(self) -> list[int]:
        """All of them, oldest first."""
        return sorted({*self.taken, *self.new})


class _Shape(NamedTuple):
    """All that a list's card depends on: many channels have lists that look alike."""

    opened_at: datetime
    numbers: tuple[int, ...]
    allowed: Clearance
    letters: int
    language: str


# A destination, a list there, and what joined it.
Joined = tuple[int, int, Sequence[int]]


class RushLists:
    """Lists that change together. Of plugins in `private` not everyone may know all."""

    def __init__(self, session: Session, private: Collection[int]) -> None:
        self._session = session
        self._private = private
        self._opened: dict[int, datetime] = {}
        self._members: dict[int, list[int]] = defaultdict(list)
        self._groups: dict[int, CardGroup] = {}
        self._plugins: dict[int, PluginView] = {}
        self._views: dict[tuple[int, Clearance], Sequence[IncidentView]] = {}
        self._lengths: dict[tuple[int, Clearance], Sequence[NameLength]] = {}
        self._cards: dict[_Shape, tuple[Message, bool]] = {}

    def load(self, rush_ids: Collection[int | None], joining: Sequence[Joining]) -> None:
        """Look up these lists, and all that is in them or joins, at once."""
        known = {rush_id for rush_id in rush_ids if rush_id}
        rows = self._session.exec(select(Rush.id, Rush.opened_at).where(col(Rush.id).in_(known)))
        self._opened = {rush_id or 0: opened_at for rush_id, opened_at in rows}
        # Of columns and not of rows: two hundred lists may have thousands of members.
        members = select(RushMember.rush_id, RushMember.incident_id)
        of_lists = members.where(col(RushMember.rush_id).in_(known))
        for rush_id, number in self._session.exec(of_lists.order_by(col(RushMember.incident_id))):
            self._members[rush_id].append(number)
        numbers = {*chain.from_iterable(self._members.values())}
        numbers |= {*chain.from_iterable(each.numbers for each in joining)}
        self._groups = groups_of(self._session, numbers)
        incidents = chain.from_iterable(group.incidents for group in self._groups.values())
        ids = {each.plugin_id for each in incidents}
        # Hundreds of plugins are listed by their handles, and all else of each takes long to load.
        handles = select(Plugin.id, Plugin.handle).where(col(Plugin.id).in_(ids))
        for plugin_id, handle in self._session.exec(handles):
            self._plugins[plugin_id or 0] = PluginView(handle, handle, "")

    def join(
        self, joining: Sequence[Joining], listeners: Mapping[int, Listener], now: datetime
    ) -> list[Joined]:
        """Give each a place in its list, or, where that is full, in new ones."""
        parts: list[tuple[int, int | None, Sequence[int]]] = []
        for each in joining:
            parts += self._parts(each, listeners[each.destination_id])
        begun = self._begin([to for to, rush_id, _ in parts if rush_id is None], now)
        joined: list[Joined] = []
        members: list[tuple[int, int]] = []
        for destination_id, known, numbers in parts:
            rush_id = known or begun[destination_id].pop(0)
            self._members[rush_id] += numbers
            members += [(rush_id, number) for number in numbers]
            joined.append((destination_id, rush_id, numbers))
        if not members:
            return []
        bulk.run(self._session, _JOIN, members)
        bulk.run(self._session, _GROW, members, now=now)
        return joined

    def _begin(self, destination_ids: Sequence[int], now: datetime) -> dict[int, list[int]]:
        """New lists at these destinations, which may need several; the lists' ids."""
        found: dict[int, list[int]] = defaultdict(list)
        rows = [(id_,) for id_ in destination_ids]
        for rush_id, destination_id in sorted(
            bulk.run(self._session, _BEGIN, rows, now=now) if rows else ()
        ):
            found[destination_id].append(rush_id)
            self._opened[rush_id] = now
        return found

    def _parts(
        self, joining: Joining, listener: Listener
    ) -> Iterator[tuple[int, int | None, Sequence[int]]]:
        """The destination, which list goes on if any does, and what joins it."""
        allowed = listener.allowed
        # An incident that is gone is in no list, though its card may wait yet.
        left = [number for number in joining.numbers if number in self._groups]
        rush_id = joining.rush_id
        room = ListRoom(listener.list_letters)
        for number in self._members[rush_id] if rush_id else ():
            room.add(self._names(number, allowed))
        part: list[int] = []
        for number in left:
            names = self._names(number, allowed)
            if not room.has_room(names):
                if part:
                    yield joining.destination_id, rush_id, part
                # A list of its own takes the rest.
                rush_id = None
                room = ListRoom(listener.list_letters)
                part = []
            room.add(names)
            part.append(number)
        if part:
            yield joining.destination_id, rush_id, part

    def card(self, rush_id: int, listener: Listener) -> tuple[Message, bool]:
        """The list's card in the listener's language, and whether it tells more than everyone may know.

        It is composed once for all whose lists look alike.
        """
        shape = _Shape(
            self._opened[rush_id],
            tuple(self._members[rush_id]),
            listener.allowed,
            listener.list_letters,
            listener.language,
        )
        if shape not in self._cards:
            with speaking(listener.language):
                self._cards[shape] = self._composed(shape)
        return self._cards[shape]

    def _composed(self, shape: _Shape) -> tuple[Message, bool]:
        incidents = chain.from_iterable(self._groups[number].incidents for number in shape.numbers)
        secret = {each.plugin_id for each in incidents} & {*self._private}
        shown = [self._shown(number, shape.allowed) for number in shape.numbers]
        card = rush_card(shape.opened_at, list(chain.from_iterable(shown)), shape.letters)
        return card, any(map(shape.allowed.knows, secret))

    def _names(self, number: int, allowed: Clearance) -> Sequence[NameLength]:
        """How long the names are that its card would tell of."""
        key = (number, allowed)
        if key not in self._lengths:
            self._lengths[key] = [name_length(each) for each in self._shown(number, allowed)]
        return self._lengths[key]

    def _shown(self, number: int, allowed: Clearance) -> Sequence[IncidentView]:
        """The incidents that its card would tell of."""
        key = (number, allowed)
        if key not in self._views:
            self._views[key] = self._viewed(number, allowed)
        return self._views[key]

    def _viewed(self, number: int, allowed: Clearance) -> Sequence[IncidentView]:
        """The same: of a hidden plugin not what only CI says."""
        views: list[IncidentView] = []
        for incident in self._groups[number].incidents:
            plugin_id = incident.plugin_id
            hidden = plugin_id in self._private and not allowed.knows(plugin_id)
            if hidden and incident.origin in IN_REPOSITORY:
                continue
            view = incident_of(incident, self._plugins[plugin_id])
            views.append(shown_incident(view, allowed, hidden=hidden))
        return views


# However many listen, each is one statement.
_BEGIN = """
INSERT INTO rush (destination_id, opened_at, joined_at) SELECT id, :now, :now FROM {rows(id int)} r
RETURNING id, destination_id
"""
_JOIN = """
INSERT INTO rush_member (rush_id, incident_id) SELECT rush_id, incident_id FROM {rows(rush_id int, incident_id int)} r
"""
_GROW = """
UPDATE rush SET joined_at = :now WHERE id IN (SELECT rush_id FROM {rows(rush_id int, incident_id int)} r)
"""
