"""Who may send what: the rows whose turn it is, claimed under a lease.

However many rows wait, a claim looks at a few destinations and a few rows of each, all found by indexes over `turn`.

A new row is stored with the turn *now*, without a look at its conversation. A claim that finds an earlier row of the
same conversation changes the later one's turn to *behind*. It locks the earlier row meanwhile, so that whoever ends
that row sees the later one and lets it go on (`models/outbox/marking.py`). Of a conversation only the first row is
claimed, and the edit of its card: a reply never overtakes its card.

Functions here never commit.
"""

import secrets
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from models.database import bulk
from models.database.engine import go_by_indexes
from models.messages.message import Message
from models.outbox.lanes import Lane
from models.outbox.turns import Candidate, candidates, let_next_go_on, ripen
from models.tables import Posting

# How long a message of a sender that was killed waits until another takes it over.
LEASE = timedelta(seconds=20)
CLAIMS_PER_DESTINATION = 20  # so that its backlog hides no other


@dataclass(frozen=True, slots=True)
class Claim:
    """A row to be sent by the holder of `lease`. `reference` is the conversation's card on the platform, if any.

    A reply in a `flat` destination is a message of its own. The address of a person is their user id. Nobody has
    checked yet that `action` and `stored` can be read.
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

    @property
    def lane(self) -> Lane:
        """Whether it is an edit, and where."""
        return Lane(self.destination_id, self.action == Posting.EDIT)


def claim(
    session: Session,
    platforms: Sequence[str],
    now: datetime,
    *,
    skip: Sequence[Lane] = (),
    lease_time: timedelta = LEASE,
    most: int = CLAIMS_PER_DESTINATION,
    one_by_one: Collection[str] = (),
    take_over: bool = True,
) -> list[Claim]:
    """Take rows that are due for these platforms, at most `most` for a destination, and hold them for `lease_time`.

    Cards come before replies, and older rows before newer ones. Lanes in `skip` get nothing this time. Lanes of the
    platforms in `one_by_one` get one message, so that a newer card may still go before the other messages.

    Without `take_over`, rows that others hold stay theirs, whatever the clock says of their leases. With it, a lease
    also counts as ended if it ends later than anybody can have asked for: a wrong clock wrote it.

    More rows may be due afterwards, as `next_due` says.
    """
    with bulk.pipelined(session, into_next=True):
        go_by_indexes(session)
        ripen(session, now, take_over=take_over)
    found = candidates(session, platforms, skip, most)
    _retire(session, [row.id for row in found if row.first is None or row.first > row.id])
    _put_behind(session, [(row.id, row.first) for row in found if row.first and row.first < row.id])
    parked = [row for row in found if row.is_parked]
    _put_behind_parked(
        session, [(row.id, Lane.of_queue(row.queue).destination_id) for row in parked]
    )
    first = [row for row in found if row.first == row.id and not row.is_parked]
    heads = _in_turn(first, most, one_by_one)
    if not heads:
        return []
    lease = secrets.token_hex(8)
    taken = bulk.run(session, _TAKE, heads, now=now, until=now + lease_time, lease=lease)
    # Cards before replies.
    return [_claimed(lease, *row) for _, *row in sorted(taken, key=_card_before_reply)]


def claim_behind(
    session: Session,
    claims: Sequence[Claim],
    now: datetime,
    most: int,
    *,
    lease_time: timedelta = LEASE,
) -> list[Claim]:
    """Take also what waits behind these in their conversations, `most` rows at the most, in its order, for who sends
    all of it in order.
    """
    conversations = sorted({(each.destination_id, each.conversation) for each in claims})
    if not conversations:
        return []
    lease = secrets.token_hex(8)
    times = {"now": now, "until": now + lease_time, "lease": lease}
    taken = bulk.run(session, _TAKE_BEHIND, conversations, most=most, **times)
    return sorted((_claimed(lease, *row) for _, *row in taken), key=lambda each: each.id)


def _card_before_reply(row: Sequence[Any]) -> tuple[int, int]:
    queue, id_ = row[:2]
    return queue % 2, id_


def _in_turn(
    heads: Sequence[Candidate], most: int, one_by_one: Collection[str]
) -> list[tuple[int]]:
    """Those of the rows that are sent now."""
    taken: list[tuple[int]] = []
    begun: set[Lane] = set()
    at: Counter[int] = Counter()
    for row in heads:
        lane = Lane.of_queue(row.queue)
        waits = row.platform in one_by_one and lane in begun
        if waits or at[lane.destination_id] >= most:
            continue
        taken.append((row.id,))
        begun.add(lane)
        at[lane.destination_id] += 1
    return taken


def _retire(session: Session, ended: Sequence[int]) -> None:
    """Set these to *over*: a process of an older version, which does not know the column, sent them."""
    if ended:
        conversations = bulk.run(session, _RETIRE, [(id_,) for id_ in ended])
        let_next_go_on(session, {tuple(each) for each in conversations})


def _put_behind(session: Session, late: Sequence[tuple[int, int]]) -> None:
    """Let each of these rows wait until the first one of its conversation is gone."""
    if late:
        bulk.run(session, _PUT_BEHIND, late)


def _put_behind_parked(session: Session, parked: Sequence[tuple[int, int]]) -> None:
    """Let each of these rows wait until its destination is unparked."""
    if parked:
        bulk.run(session, _PUT_BEHIND_PARKED, parked)


def _claimed(
    lease: str,
    id_: int,
    action: str,
    broadcast: int,
    flat: int,
    is_person: int,
    private: int,
    stored: str,
    *rest: Any,
) -> Claim:
    flags = (bool(broadcast), bool(flat), bool(is_person), bool(private))
    return Claim(lease, action, *flags, stored, id_, *rest)


_RETIRE = """
UPDATE outbox SET turn = 'over' WHERE id {among SELECT id FROM {rows(id int)} r}
  AND (sent_at IS NOT NULL OR dead_at IS NOT NULL)
RETURNING destination_id, conversation
"""
_HOLD = "UPDATE outbox SET turn = 'held', lease = :lease, leased_until = :until, attempts = attempts + 1"
_HELD = """
RETURNING queue, id, action,
    broadcast AND NOT (SELECT d.quiet FROM destination d WHERE d.id = outbox.destination_id),
    (SELECT d.flat FROM destination d WHERE d.id = outbox.destination_id),
    (SELECT d.is_person FROM destination d WHERE d.id = outbox.destination_id), private, message, destination_id,
    (SELECT d.platform FROM destination d WHERE d.id = outbox.destination_id),
    (SELECT d.address FROM destination d WHERE d.id = outbox.destination_id), conversation,
    (SELECT m.reference FROM message_reference m
     WHERE m.destination_id = outbox.destination_id AND m.conversation = outbox.conversation),
    attempts
"""
# A process of an older version may hold a row without changing its turn, so that its lease counts, too. Locked rows
# belong to another process; the conditions are checked once more for a row that was unlocked only just now.
_TAKE = f"""
{_HOLD} WHERE id {{among
    SELECT id FROM outbox WHERE id {{among SELECT id FROM {{rows(id int)}} r}}
      AND CASE turn WHEN 'now' THEN coalesce(sent_at, dead_at) IS NULL ELSE false END
      AND (leased_until IS NULL OR leased_until <= :now)
    {{for update skip locked}}
}} {_HELD}"""  # noqa: S608 - built from this file's own SQL
# All that follows is taken, or what is locked just now would come too late: it is waited for.
_TAKE_BEHIND = f"""
{_HOLD} WHERE CASE turn WHEN 'behind' THEN true WHEN 'now' THEN true ELSE false END
  AND (leased_until IS NULL OR leased_until <= :now) AND id {{among
    SELECT o.id FROM {{rows(destination_id int, conversation text)}} r
    {{each outbox o where o.conversation = r.conversation AND o.destination_id = r.destination_id
     AND o.sent_at IS NULL AND o.dead_at IS NULL AND o.turn <> 'held'}}
    ORDER BY o.id LIMIT :most
}} {_HELD}"""  # noqa: S608 - as above
# The earlier rows are locked meanwhile: whoever ends one waits, and then sees that another row is behind it. Where an
# earlier row is locked by another process, that may be ending it just now, and the later row keeps its turn.
_PUT_BEHIND = """
WITH before AS (SELECT id FROM outbox
    WHERE id {among SELECT r.first FROM {rows(id int, first int)} r} AND coalesce(sent_at, dead_at) IS NULL
    {for update skip locked})
UPDATE outbox SET turn = 'behind' WHERE id {among
    SELECT id FROM outbox WHERE CASE turn WHEN 'now' THEN true ELSE false END
      AND id {among SELECT r.id FROM {rows(id int, first int)} r WHERE r.first IN (SELECT id FROM before)}
    {for update skip locked}
}
"""
_PUT_BEHIND_PARKED = """
WITH before AS (SELECT id FROM destination
    WHERE id {among SELECT r.destination_id FROM {rows(id int, destination_id int)} r} AND parked_at IS NOT NULL
    {for update skip locked})
UPDATE outbox SET turn = 'behind' WHERE id {among
    SELECT id FROM outbox WHERE CASE turn WHEN 'now' THEN true ELSE false END
      AND id {among SELECT r.id FROM {rows(id int, destination_id int)} r
              WHERE r.destination_id IN (SELECT id FROM before)}
    {for update skip locked}
}
"""
