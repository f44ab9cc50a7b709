"""Who listens, as the subscriptions say."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlmodel import Session, col, select

from models.database import bulk
from models.database.rows import row_of
from models.outbox.ways_out import OUTSIDE
from models.queries.clearances import BOUNDS, Bounds, bounds, bounds_among, clearances
from models.rules.places import LOCAL
from models.rules.routing import Listener, Wish, is_guardian, stand_in
from models.rules.rushes import list_letters
from models.rules.speaking import spoken
from models.tables import Destination, Subscription
from models.tables.stored import read_as

_IN_CHAT = col(Destination.platform).not_in(OUTSIDE)
_IN_ORDER = col(Destination.id), col(Subscription.id)

_Destinations = dict[int, Destination]
_Wishes = dict[int, list[Wish]]


def who_listens(session: Session, within: Bounds | None = None) -> tuple[Listener, ...]:
    """Every place in chat with its wishes. The guardians hear also for channels that take no messages any more.

    The bounds of what they may know are looked up where the caller does not have them.
    """
    found = bulk.fetch(session, LISTENING if within else LISTENING | BOUNDS)
    return listeners_among(session, found, within or bounds_among(found))


def listeners_among(
    session: Session, found: Mapping[str, Sequence[Any]], within: Bounds
) -> tuple[Listener, ...]:
    """The same, of what answers `LISTENING`."""
    destinations, wishes = _gathered(map(_as_rows, found["listening"]))
    listeners = _listeners(session, destinations, wishes, within)
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


def _as_rows(told: Sequence[Any]) -> tuple[Destination, Subscription | None]:
    where, wanted = told[: len(_WHERE)], told[len(_WHERE) :]
    destination = row_of(Destination, dict(zip(_WHERE, where, strict=True)))
    columns = dict(zip(_WANTED, wanted, strict=True))
    if columns["tag"] is None:  # it follows nothing
        return destination, None
    columns |= {name: read_as(list, columns[name]) for name in _LISTS}
    columns["without_bots"] = bool(columns["without_bots"])
    return destination, row_of(Subscription, columns)


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


_WHERE = (
    "id",
    "platform",
    "workspace",
    "address",
    "is_person",
    "hears_private",
    "least",
    "language",
    "parked_at",
)
_WANTED = ("plugin_id", "tag", "host_branch", "topics", "without_labels", "without_bots")
_LISTS = ("topics", "without_labels")
_NAMES = ", ".join(_WHERE + _WANTED)
_OUT_OF_CHAT = ", ".join(f"'{platform}'" for platform in OUTSIDE)
# Whatever breaks asks for it, together with the bounds: to read rows of SQLModel took a tenth of the time.
LISTENING = {"listening": (_NAMES, f"""
SELECT d.id, d.platform, d.workspace, d.address, d.is_person, d.hears_private, d.least, d.language, d.parked_at,
    s.plugin_id, s.tag, s.host_branch, s.topics, s.without_labels, s.without_bots
FROM destination d LEFT JOIN subscription s ON s.destination_id = d.id
WHERE d.platform NOT IN ({_OUT_OF_CHAT}) ORDER BY d.id, s.id
""")}  # fmt: skip  # noqa: S608 - built from this file's own SQL
