"""Incidents that are one card: a plugin that fails in one way on several host branches."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, or_, select

from models.tables import Incident


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

    def goes_on_without(self, incident: Incident) -> bool:
        """Whether another one of them is open."""
        return any(each.resolved_at is None for each in self.incidents if each is not incident)


def card_of(incident: Incident) -> int:
    """The number of the incident whose card tells of this one."""
    return incident.lead_id or incident.id or 0


def card_groups(session: Session, incidents: Sequence[Incident]) -> dict[int, CardGroup]:
    """What the card of each of these incidents tells of, by the number of the incident whose card it is.

    Those that ended before the ones that are open now began are told no more.
    """
    numbers = {card_of(incident) for incident in incidents}
    members: dict[int, list[Incident]] = defaultdict(list)
    together = select(Incident).where(
        or_(col(Incident.id).in_(numbers), col(Incident.lead_id).in_(numbers))
    )
    for row in session.exec(together.order_by(col(Incident.id))):
        members[card_of(row)].append(row)
    return {number: CardGroup(_current(rows)) for number, rows in members.items()}


def _current(rows: Sequence[Incident]) -> tuple[Incident, ...]:
    began = [row.opened_at for row in rows if row.resolved_at is None]
    since = min(began, default=max(row.opened_at for row in rows))
    return tuple(row for row in rows if row.resolved_at is None or row.resolved_at >= since)
