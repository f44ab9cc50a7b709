"""Cards that would wait for each other in a channel, at its platform's pace: one list, which grows by edits.

A listed incident has no card there. What its thread would tell is told in the list's; once the rush is over and it
breaks in another way or once more, it gets a card of its own. What not everyone may know is never listed.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlmodel import Session

from models import outbox
from models.database import bulk
from models.outbox import Letter, UnwrittenLetter
from models.outbox.making_room import MovedReplies, move_replies, take_cards, waiting_cards
from models.recording.telling.rush_lists import Joining, RushLists
from models.rules.conversations import About, Conversation
from models.rules.incidents import BREAKS, StoryKind
from models.rules.routing import Listener
from models.rules.rushes import REST, WAITING_CARDS
from models.tables import Posting

# What gives a listed incident a card of its own after the rush.
BREAKS_ANEW = BREAKS - {StoryKind.OPENED}


@dataclass(frozen=True, slots=True)
class ListPlace:
    """Where an incident is listed, and whether that rush is over."""

    rush_id: int
    is_over: bool

    @property
    def conversation(self) -> Conversation:
        """The list's."""
        return Conversation.on(About.RUSH, self.rush_id)


@dataclass(slots=True)
class Rushes:
    """Where the incidents of some steps are listed, by destination and number, and which lists that changes."""

    session: Session
    now: datetime
    private: Collection[int]
    _places: dict[tuple[int, int], ListPlace] = field(default_factory=dict)
    _changed: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    _moved: list[MovedReplies] = field(default_factory=list)

    def place(self, destination_id: int, number: int) -> ListPlace | None:
        """Where the incident is listed there."""
        return self._places.get((destination_id, number))

    def where(self, number: int) -> set[int]:
        """The destinations where the incident is listed."""
        return {destination_id for destination_id, listed in self._places if listed == number}

    def put(self, destination_id: int, number: int, place: ListPlace) -> None:
        """The incident is listed there, and the list is to be brought up to date."""
        self._places[(destination_id, number)] = place
        self._changed[destination_id].add(place.rush_id)

    def gather(
        self, letters: Sequence[UnwrittenLetter], everyone: Sequence[Listener]
    ) -> list[Letter]:
        """The letters, where cards that would wait are lists, and with the lists that change."""
        by_id = {listener.destination_id: listener for listener in everyone}
        new = _cards(letters, by_id)
        joining = self._joining(new) if new else []
        if not (joining or self._changed):
            return [letter.written for letter in letters]
        going_on = {each.rush_id for each in joining if each.rush_id}
        changed = going_on.union(chain_ids(self._changed))
        lists = RushLists(self.session, changed, joining, self.private)
        for destination_id, rush_id, numbers in lists.join(by_id, self.now):
            for number in numbers:
                self.put(destination_id, number, ListPlace(rush_id, is_over=False))
        for each in joining:
            self._moved += self._replies_of(each)
        cards = self._cards_of(lists, by_id)
        return [*cards, *(letter.written for letter in self._others(letters))]

    def _replies_of(self, joining: Joining) -> list[MovedReplies]:
        """What is told of its incidents goes on in the list; an incident may be gone meanwhile."""
        id_ = joining.destination_id
        return [
            MovedReplies(
                id_, Conversation.on(About.INCIDENT, number), self._places[id_, number].conversation
            )
            for number in joining.taken
            if (id_, number) in self._places
        ]

    def settle(self) -> None:
        """Let what followed cards that became a list follow the list, once that is in the outbox."""
        move_replies(self.session, self._moved)

    def _joining(self, new: dict[int, list[int]]) -> list[Joining]:
        """What gets a place in a list, and in which one if it goes on, by destination."""
        going_on = _going_on(self.session, new, self.now)
        waiting = waiting_cards(self.session, new)
        too_many = {
            destination_id
            for destination_id, numbers in new.items()
            if waiting[destination_id] + len(numbers) > WAITING_CARDS
        }
        taken = take_cards(self.session, too_many - going_on.keys())
        return [
            Joining(destination_id, going_on.get(destination_id), taken[destination_id], numbers)
            for destination_id, numbers in new.items()
            if destination_id in going_on or destination_id in too_many
        ]

    def _others(self, letters: Iterable[UnwrittenLetter]) -> Iterator[UnwrittenLetter]:
        """The letters without the cards of what is listed now, whose replies go to the list's thread."""
        listed = {
            (destination_id, Conversation.on(About.INCIDENT, number)): place
            for (destination_id, number), place in self._places.items()
            if not place.is_over
        }
        for letter in letters:
            place = listed.get((letter.destination_id, Conversation(letter.conversation)))
            if place is None:
                yield letter
            elif letter.action is Posting.REPLY:
                yield replace(letter, conversation=place.conversation)

    def _cards_of(self, lists: RushLists, by_id: dict[int, Listener]) -> Iterator[Letter]:
        """The cards of the lists that change: an edit of one that stands."""
        conversations = {
            rush_id: Conversation.on(About.RUSH, rush_id) for rush_id in chain_ids(self._changed)
        }
        standing = outbox.all_standing(self.session, set(conversations.values()))
        for destination_id, rush_ids in self._changed.items():
            for rush_id in sorted(rush_ids):
                conversation = conversations[rush_id]
                card, private = lists.card(rush_id, by_id[destination_id])
                stands = destination_id in standing[conversation]
                action = Posting.EDIT if stands else Posting.POST
                yield Letter(destination_id, conversation, action, card, private=private)


def rushes(
    session: Session, numbers: Iterable[int], private: Collection[int], now: datetime
) -> Rushes:
    """Where these incidents are listed: of several lists at a destination the newest counts."""
    found = Rushes(session, now, private)
    rows = [(number,) for number in sorted(set(numbers))]
    listed = bulk.run(session, _LISTED, rows, since=now - REST) if rows else ()
    for destination_id, number, rush_id, grows in listed:
        found.put(destination_id, number, ListPlace(rush_id, is_over=not grows))
    return found


def chain_ids(changed: dict[int, set[int]]) -> list[int]:
    """The lists at any destination."""
    return sorted(set().union(*changed.values()))


def _cards(
    letters: Sequence[UnwrittenLetter], by_id: Mapping[int, Listener]
) -> dict[int, list[int]]:
    """The incidents that would get a card which may have to wait, by destination."""
    found: dict[int, list[int]] = defaultdict(list)
    for letter in letters:
        if letter.action is not Posting.POST or letter.private:
            continue
        if not by_id[letter.destination_id].is_paced:
            continue  # nothing waits there: a list would come no sooner, and be an edit for each
        conversation = Conversation(letter.conversation)
        if conversation.startswith(About.INCIDENT.prefix):
            found[letter.destination_id].append(int(conversation.key))
    return found


def _going_on(session: Session, destinations: Iterable[int], now: datetime) -> dict[int, int]:
    """The list at each of these that still grows: something joined it a short time ago, or it has not been sent."""
    rows = [(id_,) for id_ in sorted(destinations)]
    newest = bulk.run(session, _NEWEST, rows, since=now - REST)
    return {destination_id: rush_id for destination_id, rush_id, grows in newest if grows}


_GROWS = f"""r.joined_at > :since OR EXISTS (
    SELECT 1 FROM outbox o WHERE o.destination_id = r.destination_id AND o.sent_at IS NULL AND o.dead_at IS NULL
      AND o.conversation = '{About.RUSH.prefix}' || r.id AND o.action = 'post')"""  # noqa: S608 - as below
_LISTED = f"""
SELECT r.destination_id, m.incident_id, r.id, {_GROWS}
FROM {{rows(number int)}} n CROSS JOIN rush_member m JOIN rush r ON r.id = m.rush_id
WHERE m.incident_id = n.number ORDER BY r.id
"""  # noqa: S608 - built from this file's own SQL
_NEWEST = f"""
SELECT r.destination_id, r.id, {_GROWS}
FROM rush r WHERE r.id IN (
    SELECT (SELECT max(n.id) FROM rush n WHERE n.destination_id = d.id) FROM {{rows(id int)}} d)
"""  # noqa: S608 - built from this file's own SQL
