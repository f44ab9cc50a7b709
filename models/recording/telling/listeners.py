"""Who listens, as the subscriptions say."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from models.outbox.ways_out import OUTSIDE
from models.queries.clearances import Bounds, bounds, clearances
from models.rules.places import LOCAL
from models.rules.routing import Listener, Wish, is_guardian, stand_in
from models.rules.rushes import list_letters
from models.rules.speaking import spoken
from models.tables import Destination, Subscription

_IN_CHAT = col(Destination.platform).not_in(OUTSIDE)
_IN_ORDER = col(Destination.id), col(Subscription.id)
# Made once: whatever breaks asks for it.
_ALL_IN_CHAT = (
    select(Destination, Subscription).outerjoin(Subscription).where(_IN_CHAT).order_by(*_IN_ORDER)
)

_Destinations = dict[int, Destination]
_Wishes = dict[int, list[Wish]]


def who_listens(session: Session, within: Bounds | None = None) -> tuple[Listener, ...]:
    """Every place in chat with its wishes. The guardians hear also for channels that take no messages any more.

    The bounds of what they may know are looked up where the caller does not have them.
    """
    destinations, wishes = _gathered(session.exec(_ALL_IN_CHAT))
    listeners = _listeners(session, destinations, wishes, within or bounds(session))
    lost: list[Wish] = []
    for id_, row in destinations.items():
        if row.parked_at and not row.is_person:
            lost += wishes[id_]
    return stand_in(listeners, _guardians(destinations, wishes), lost) if lost else tuple(listeners)


def outside_listeners(session: Session) -> list[tuple[str, Listener]]:
    """The destinations outside of chat that wish to hear of something, each with its platform."""
    outside = select(Destination, Subscription).join(Subscription).where(~_IN_CHAT)
    destinations, wishes = _gathered(session.exec(outside.order_by(*_IN_ORDER)))
    return [
        (destinations[each.destination_id].platform, each)
        for each in _listeners(session, destinations, wishes, bounds(session))
    ]


def guardians(session: Session) -> list[Listener]:
    """The channels that follow everything and take messages."""
    rows = session.exec(
        select(Destination, Subscription).join(Subscription).where(_IN_CHAT).order_by(*_IN_ORDER)
    )
    destinations, wishes = _gathered(rows)
    found = set(_guardians(destinations, wishes))
    guarding = {id_: row for id_, row in destinations.items() if id_ in found}
    listeners = _listeners(session, guarding, wishes, bounds(session))
    return [each for each in listeners if each.allowed.inside]


def _gathered(
    rows: Iterable[tuple[Destination, Subscription | None]],
) -> tuple[_Destinations, _Wishes]:
    destinations: _Destinations = {}
    wishes: _Wishes = {}
    for destination, subscription in rows:
        destinations[destination.id or 0] = destination
        held = wishes.setdefault(destination.id or 0, [])
        if subscription is not None:
            held.append(subscription.wish)
    return destinations, wishes


def _listeners(
    session: Session, destinations: _Destinations, wishes: _Wishes, within: Bounds
) -> list[Listener]:
    allowed = clearances(session, destinations.values(), within)
    return [
        Listener(
            id_,
            tuple(wishes[id_]),
            row.threshold,
            allowed[id_],
            is_paced=row.platform != LOCAL,
            list_letters=list_letters(row.platform),
            language=spoken(row.language),
        )
        for id_, row in destinations.items()
    ]


def _guardians(destinations: _Destinations, wishes: _Wishes) -> list[int]:
    return sorted(
        id_
        for id_, row in destinations.items()
        if row.parked_at is None and not row.is_person and is_guardian(wishes[id_])
    )
