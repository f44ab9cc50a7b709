"""Who listens, as the subscriptions say."""

from sqlmodel import Session, col, select

from models.rules.routing import Listener, Wish, is_guardian, stand_in
from models.rules.status import Verdict
from models.tables import Destination, Subscription


def who_listens(session: Session) -> tuple[Listener, ...]:
    """Every destination with its wishes. The guardians hear also for channels that take no messages any more."""
    rows = session.exec(
        select(Destination, Subscription).outerjoin(Subscription).order_by(col(Destination.id), col(Subscription.id))
    )
    wishes: dict[int, list[Wish]] = {}
    destinations: dict[int, Destination] = {}
    for destination, subscription in rows:
        destinations[destination.id or 0] = destination
        held = wishes.setdefault(destination.id or 0, [])
        if subscription is not None:
            held.append(subscription.wish)
    listeners = [Listener(id_, tuple(wishes[id_]), Verdict(row.least)) for id_, row in destinations.items()]
    lost = [wish for id_, row in destinations.items() if row.parked_at and not row.is_person for wish in wishes[id_]]
    return stand_in(listeners, _guardians(destinations, wishes), lost) if lost else tuple(listeners)


def guardians(session: Session) -> list[int]:
    """The channels that follow everything and take messages."""
    rows = list(session.exec(select(Destination, Subscription).join(Subscription)))
    wishes: dict[int, list[Wish]] = {}
    for destination, subscription in rows:
        wishes.setdefault(destination.id or 0, []).append(subscription.wish)
    return _guardians({destination.id or 0: destination for destination, _ in rows}, wishes)


def _guardians(destinations: dict[int, Destination], wishes: dict[int, list[Wish]]) -> list[int]:
    return sorted(
        id_
        for id_, row in destinations.items()
        if row.parked_at is None and not row.is_person and is_guardian(wishes[id_])
    )
