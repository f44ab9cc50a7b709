"""Lists of a rush: which incidents they hold, and what they show to those who may know so much."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from sqlmodel import Session

from models.database import bulk
from models.messages.message import Message
from models.messages.rush import rush_card
from models.recording.telling.rush_members import Lists, lists
from models.rules.privacy import Clearance
from models.rules.routing import Listener
from models.rules.rushes import ListRoom, NameLength
from models.rules.speaking import speaking


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
    """Lists that change together, and what `joins` them. Of plugins in `private` not everyone may know all."""

    def __init__(
        self,
        session: Session,
        rush_ids: Collection[int],
        joins: Sequence[Joining],
        private: Collection[int],
    ) -> None:
        self._session = session
        joining = {*chain.from_iterable(each.numbers for each in joins)}
        self._lists: Lists = lists(session, rush_ids, joining, private)
        self._joins = joins
        self._lengths: dict[Clearance, dict[int, Sequence[NameLength]]] = defaultdict(dict)
        self._cards: dict[_Shape, tuple[Message, bool]] = {}

    def join(self, listeners: Mapping[int, Listener], now: datetime) -> list[Joined]:
        """Give each a place in its list, or, where that is full, in new ones."""
        parts: list[tuple[int, int | None, Sequence[int]]] = []
        for each in self._joins:
            parts += self._parts(each, listeners[each.destination_id])
        begun = self._begin([to for to, rush_id, _ in parts if rush_id is None], now)
        joined: list[Joined] = []
        members: list[tuple[int, int]] = []
        for destination_id, known, numbers in parts:
            rush_id = known or begun[destination_id].pop(0)
            self._lists.members[rush_id] += numbers
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
            self._lists.opened[rush_id] = now
        return found

    def _parts(
        self, joining: Joining, listener: Listener
    ) -> Iterator[tuple[int, int | None, Sequence[int]]]:
        """The destination, which list goes on if any does, and what joins it."""
        names_of = self._names_of(listener.allowed)
        # An incident that is gone is in no list, though its card may wait yet.
        left = [number for number in joining.numbers if number in self._lists.cards]
        rush_id = joining.rush_id
        room = ListRoom(listener.list_letters)
        for number in self._lists.members[rush_id] if rush_id else ():
            room.add(names_of(number))
        part: list[int] = []
        for number in left:
            names = names_of(number)
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
            self._lists.opened[rush_id],
            tuple(self._lists.members[rush_id]),
            listener.allowed,
            listener.list_letters,
            listener.language,
        )
        if shape not in self._cards:
            with speaking(listener.language):
                self._cards[shape] = self._composed(shape)
        return self._cards[shape]

    def _composed(self, shape: _Shape) -> tuple[Message, bool]:
        shown = [self._lists.shown(number, shape.allowed) for number in shape.numbers]
        card = rush_card(shape.opened_at, list(chain.from_iterable(shown)), shape.letters)
        return card, self._lists.tells_secrets(shape.numbers, shape.allowed)

    def _names_of(self, allowed: Clearance) -> Callable[[int], Sequence[NameLength]]:
        """How long the names are that an incident's card would tell of, by its number: measured once."""
        known = self._lengths[allowed]

        def names_of(number: int) -> Sequence[NameLength]:
            if number not in known:
                known[number] = self._lists.name_lengths(number, allowed)
            return known[number]

        return names_of


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
