"""The outbox's rows: claim them under a lease, and mark what became of them.

A row is claimed only when it heads its conversation, so that a reply never overtakes its card. Each claim carries a new
lease, and a sender whose lease was taken over can no longer mark the row. Functions here never commit.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, update

from models.database import bulk
from models.messages.message import Message
from models.tables import Announcement, Posting

# How long a message of a sender that was killed waits until another takes it over.
LEASE = timedelta(seconds=20)
_FURTHEST = timedelta(hours=25)  # a retry is a day off at the most
CLAIMS_PER_DESTINATION = 20  # so that its backlog hides no other


@dataclass(frozen=True, slots=True)
class Claim:
    """A row to be sent by the holder of `lease`. `reference` is the conversation's card on the platform, if any.

    A reply in a `flat` destination is a message of its own. The address of a person is their user id. Whether `action`
    and `stored` can be read is not known yet.
    """

    lease: str
    action: str
    broadcast: bool
    flat: bool
    is_person: bool
    private: bool
    stored: str
    id: int
    destination_id: int
    platform: str
    address: str
    conversation: str
    reference: str | None
    attempts: int

    @property
    def message(self) -> Message:
        """What is to be said. Raises UnreadableError."""
        return Message.from_json(self.stored)


def has_card(session: Session, destination_id: int, conversation: str) -> bool:
    """Whether the conversation's card stands at the destination, or is on its way there."""
    return bool(
        bulk.run(session, _HAS_CARD, destination_id=destination_id, conversation=conversation)
    )


def standing(session: Session, conversation: str) -> frozenset[int]:
    """The destinations where the conversation's card stands, or to which it is on its way."""
    return frozenset(all_standing(session, [conversation])[conversation])


def all_standing(session: Session, conversations: Collection[str]) -> dict[str, set[int]]:
    """The same of each of these conversations."""
    found: dict[str, set[int]] = {each: set() for each in conversations}
    rows = [(each,) for each in found]
    for conversation, destination_id in bulk.run(session, _STANDING, rows):
        found[conversation].add(destination_id)
    return found


def claim(
    session: Session,
    platforms: Sequence[str],
    now: datetime,
    *,
    skip: Sequence[int] = (),
    lease_time: timedelta = LEASE,
    most: int = CLAIMS_PER_DESTINATION,
    take_over: bool = True,
) -> list[Claim]:
    """Take the rows that are due for these platforms, oldest first, `most` a destination, and hold them for a while.

    Destinations in `skip` get nothing this time. Without `take_over`, what others hold is theirs, whatever the clock
    says of their leases. A lease that ends later than anybody can have asked for was made by a clock that was wrong.
    """
    lease = secrets.token_hex(8)
    taken = bulk.run(
        session,
        _CLAIM,
        until=now + lease_time,
        lease=lease,
        most=most,
        take_over=take_over,
        **_waiting(platforms, skip, now, lease_time),
    )
    return [_claimed(lease, *row) for row in (bulk.run(session, _CLAIMED, taken) if taken else ())]


def next_due(
    session: Session,
    platforms: Sequence[str],
    now: datetime,
    *,
    skip: Sequence[int] = (),
    lease_time: timedelta = LEASE,
) -> datetime | None:
    """When the earliest row that waits for these platforms may be claimed; None when nothing waits."""
    ((due,),) = bulk.run(session, _NEXT_DUE, **_waiting(platforms, skip, now, lease_time))
    return datetime.fromisoformat(due).replace(tzinfo=UTC) if isinstance(due, str) else due


def _waiting(
    platforms: Sequence[str], skip: Sequence[int], now: datetime, lease_time: timedelta
) -> dict[str, Any]:
    """What the conditions below name."""
    to = {"platforms": [(platform,) for platform in platforms], "skip": [(id_,) for id_ in skip]}
    return {"now": now, "latest": now + 2 * lease_time, "furthest": now + _FURTHEST, **to}


def mark_sent(session: Session, sent: Sequence[tuple[Claim, str]], now: datetime) -> None:
    """Note that claims were sent, each with the platform's id of its message, by which a card is found later."""
    rows = [(claimed.id, claimed.lease) for claimed, _ in sent]
    marked = {id_ for (id_,) in bulk.run(session, _MARK_SENT, rows, now=now)}
    cards = [
        (claimed.destination_id, claimed.conversation, reference)
        for claimed, reference in sent
        if claimed.id in marked and _is_new_card(claimed, reference)
    ]
    if cards:
        bulk.run(session, _REFER, cards)


def _is_new_card(claimed: Claim, reference: str) -> bool:
    """Whether the sender put up a card: at a post, and at an edit whose card had been deleted on the platform."""
    return claimed.action == Posting.POST or (
        claimed.action == Posting.EDIT and reference != claimed.reference
    )


def _claimed(
    lease: str, action: str, broadcast: int, flat: int, is_person: int, private: int, *rest: Any
) -> Claim:
    return Claim(lease, action, bool(broadcast), bool(flat), bool(is_person), bool(private), *rest)


def mark_failed(
    session: Session, claimed: Claim, reason: str, now: datetime, *, retry_at: datetime | None
) -> None:
    """Note that sending failed: it is tried again at `retry_at`, or never when there is none."""
    outcome = {"due_at": retry_at} if retry_at else {"dead_at": now}
    session.exec(
        update(Announcement)
        .where(col(Announcement.id) == claimed.id, col(Announcement.lease) == claimed.lease)
        .where(col(Announcement.sent_at).is_(None), col(Announcement.dead_at).is_(None))
        .values(error=reason, lease=None, leased_until=None, **outcome)
        .execution_options(synchronize_session=False)
    )


_HAS_CARD = """
SELECT 1 FROM message_reference WHERE destination_id = :destination_id AND conversation = :conversation
UNION ALL
SELECT 1 FROM outbox WHERE destination_id = :destination_id AND conversation = :conversation
   AND sent_at IS NULL AND dead_at IS NULL
LIMIT 1
"""
_STANDING = """
SELECT r.conversation, m.destination_id FROM {rows(conversation text)} r
CROSS JOIN message_reference m WHERE m.conversation = r.conversation
UNION
SELECT r.conversation, o.destination_id FROM {rows(conversation text)} r
CROSS JOIN outbox o WHERE o.conversation = r.conversation AND o.sent_at IS NULL AND o.dead_at IS NULL
"""
# The rows that no earlier one of their conversation keeps back, at destinations that can be sent to.
_HEADS = """
FROM outbox o JOIN destination d ON d.id = o.destination_id
WHERE o.sent_at IS NULL AND o.dead_at IS NULL AND d.parked_at IS NULL
  AND d.platform IN (SELECT platform FROM {platforms(platform text)} p)
  AND d.id NOT IN (SELECT id FROM {skip(id int)} s)
  AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.destination_id = o.destination_id AND e.conversation = o.conversation
                  AND e.sent_at IS NULL AND e.dead_at IS NULL AND e.id < o.id)
"""
# What was never tried is due, whatever a wrong clock wrote down.
_NEXT_DUE = f"""
SELECT min(CASE WHEN o.leased_until <= :latest THEN o.leased_until
                WHEN o.leased_until IS NULL AND o.attempts > 0 AND o.due_at <= :furthest THEN o.due_at
                ELSE :now END) {_HEADS}
"""
_FREE = "(o.leased_until IS NULL OR (:take_over AND (o.leased_until <= :now OR o.leased_until > :latest)))"
# Locked rows are another's; the outer conditions are asked again of one that it has just let go.
_CLAIM = f"""
UPDATE outbox SET lease = :lease, leased_until = :until, attempts = attempts + 1
WHERE id IN (
    SELECT id FROM outbox o WHERE sent_at IS NULL AND {_FREE} AND id IN (
        SELECT id FROM (
            SELECT o.id, row_number() OVER (PARTITION BY o.destination_id ORDER BY o.id) AS place {_HEADS}
            AND (o.attempts = 0 OR o.leased_until IS NOT NULL OR o.due_at <= :now OR o.due_at > :furthest) AND {_FREE}
        ) due WHERE place <= :most
    ) {{for update skip locked}}
) RETURNING id
"""  # noqa: S608 - built from this file's own SQL
_CLAIMED = """
SELECT o.action, o.broadcast AND NOT d.quiet, d.flat, d.is_person, o.private, o.message,
       o.id, o.destination_id, d.platform, d.address, o.conversation, m.reference, o.attempts
FROM {rows(id int)} r JOIN outbox o ON o.id = r.id JOIN destination d ON d.id = o.destination_id
LEFT JOIN message_reference m ON m.destination_id = o.destination_id AND m.conversation = o.conversation
ORDER BY o.id
"""
_MARK_SENT = """
UPDATE outbox SET sent_at = :now, error = NULL, leased_until = NULL
WHERE sent_at IS NULL AND dead_at IS NULL
  AND (id, lease) IN (SELECT id, lease FROM {rows(id int, lease text)} r)
RETURNING id
"""
_REFER = """
INSERT INTO message_reference (destination_id, conversation, reference)
SELECT destination_id, conversation, reference
FROM {rows(destination_id int, conversation text, reference text)} r WHERE true
ON CONFLICT (destination_id, conversation) DO UPDATE SET reference = excluded.reference
"""
