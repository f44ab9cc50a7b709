"""Incidents that are one card: a plugin that fails in one way on several host branches."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from models.recording.verdicts.incidents import Told
from models.rules.incidents import StoryKind
from models.tables import Incident


class _Lasting(Protocol):
    @property
    def opened_at(self) -> datetime: ...
    @property
    def resolved_at(self) -> datetime | None: ...


Lasting = TypeVar("Lasting", bound=_Lasting)

_BEGINS_AGAIN = {StoryKind.REOPENED, StoryKind.CONFIRMED}
_NUMBERS: Any = bindparam("numbers", expanding=True)
# Made once: whatever changes asks for them.
_NUMBERED = select(Incident).where(col(Incident.id).in_(_NUMBERS))
_LED = select(Incident).where(col(Incident.lead_id).in_(_NUMBERS))


@dataclass(frozen=True, slots=True)
class CardGroup:
    """The incidents that a card tells of, oldest first: the one whose card it is, and those that joined it."""

    incidents: tuple[Incident, ...]

    @property
    def number(self) -> int:
        """The incident whose card it is."""
        return card_of(self.incidents[0])

    @property
    def shown(self) -> Incident:
        """The one that the card tells at length: the first that is still open."""
        still_open = (each for each in self.incidents if each.resolved_at is None)
        return next(still_open, self.incidents[0])

    @property
    def is_over(self) -> bool:
        """Whether the plugin works again on all of the branches."""
        return all(each.resolved_at is not None for each in self.incidents)

    def goes_on_without(self, numbers: Collection[int]) -> bool:
        """Whether others than these of its incidents are open."""
        return any(each.resolved_at is None for each in self.incidents if each.id not in numbers)


def card_of(incident: Incident) -> int:
    """The number of the incident whose card tells of this one."""
    return incident.lead_id or incident.id or 0


def card_groups(session: Session, told: Sequence[Told]) -> dict[int, CardGroup]:
    """What the card of each of these steps' incidents tells of, by the number of the incident whose card it is.

    Those that ended before the ones that are open now began are told no more.
    """
    numbers = {card_of(step.incident) for step in told}
    begun = {step.incident.id or 0 for step in told if step.kind is StoryKind.OPENED}
    members: dict[int, dict[int, Incident]] = defaultdict(dict)
    for step in told:  # whoever shares the card of one that has just begun has just begun as well
        if card_of(step.incident) in begun:
            members[card_of(step.incident)][step.incident.id or 0] = step.incident
    new = {
        number: CardGroup(current([rows[id_] for id_ in sorted(rows)]))
        for number, rows in members.items()
    }
    return groups_of(session, numbers - begun, [step.incident for step in told]) | new


def groups_of(
    session: Session, numbers: Collection[int], known: Iterable[Incident] = ()
) -> dict[int, CardGroup]:
    """The same by the numbers of the incidents whose cards they are. What is known of these is not read again."""
    if not numbers:
        return {}
    rows = {each.id or 0: each for each in known if card_of(each) in numbers}
    if others := [number for number in numbers if number not in rows]:
        found = session.exec(_NUMBERED, params={"numbers": others})
        rows |= {each.id or 0: each for each in found}
    for each in session.exec(_LED, params={"numbers": list(numbers)}):
        rows[each.id or 0] = each
    members: dict[int, list[Incident]] = defaultdict(list)
    for _, row in sorted(rows.items()):
        members[card_of(row)].append(row)
    return {number: CardGroup(current(rows)) for number, rows in members.items()}


def standing_out(told: Sequence[Told], groups: Mapping[int, CardGroup]) -> set[int]:
    """Which of the steps, by their places, must not hide in the thread of a card: one a card.

    It is the first that breaks what was well everywhere, or the last by which all is well again.
    """
    begun: dict[int, list[int]] = defaultdict(list)
    ended: dict[int, int] = {}
    for place, step in enumerate(told):
        if step.quiet or step.incident.muted_at:
            continue
        if step.kind in _BEGINS_AGAIN:
            begun[card_of(step.incident)].append(place)
        elif step.kind is StoryKind.RESOLVED:
            ended[card_of(step.incident)] = place
    first = {
        places[0]
        for card, places in begun.items()
        if not groups[card].goes_on_without({told[place].incident.id or 0 for place in places})
    }
    return first | {place for card, place in ended.items() if groups[card].is_over}


def current(rows: Sequence[Lasting]) -> tuple[Lasting, ...]:
    """Those of a card's incidents that it tells of, without those that ended before the ones that are open began."""
    began = [row.opened_at for row in rows if row.resolved_at is None]
    # Times are what a clock said that may be set, so that one may have ended before it began.
    since = min(
        began, default=max(min(row.opened_at, row.resolved_at or row.opened_at) for row in rows)
    )
    return tuple(row for row in rows if row.resolved_at is None or row.resolved_at >= since)
