"""Whose turn it is: the rows of the outbox that may be claimed, found by indexes however much waits.

PostgreSQL plans each statement once, perhaps while nothing waits, when every way is as good as another. So these leave
it one way only: `go_by_indexes`; `+ 0` where the primary key would be read from its beginning; CASE where all that has
the same turn would be; a comparison of pairs where both would do.
"""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, NamedTuple

from sqlmodel import Session

from models.database import bulk
from models.database.engine import go_by_indexes
from models.outbox.lanes import Lane
from models.tables.outbox import QUEUES

LONGEST_LEASE = timedelta(minutes=3)
_FURTHEST = timedelta(hours=25)  # a retry is a day off at the most
# What one claim looks at; what else waits is found by the next one, which begins elsewhere.
_ROWS = 100
_PLACES = 50
_HOPS = 200
_CHANCES = 1000


class Candidate(NamedTuple):
    """A row whose turn it seems to be, and the first row of its conversation that waits, if one does.

    Replies are not counted before an edit, which shows how things stand now: it waits for none.
    """

    id: int
    first: int | None
    queue: int
    platform: str
    is_parked: int


def ripen(session: Session, now: datetime, *, take_over: bool) -> None:
    """Let it be the turn of rows that are due again, and if wanted of those whose lease has ended."""
    bulk.run(session, _RIPEN, take_over=take_over, most=_ROWS, **_times(now))


def candidates(
    session: Session, platforms: Sequence[str], skip: Sequence[Lane], most: int
) -> list[Candidate]:
    """Rows of some lanes, of each what is sent first.

    Where it is begun to look is left to chance, so that none is always the last.
    """
    found = bulk.run(
        session,
        _LOOK,
        chance=secrets.randbelow(_CHANCES),
        chances=_CHANCES,
        hops=_HOPS,
        places=_PLACES,
        most=most,
        rows_at_once=_ROWS,
        **_places(platforms, skip),
    )
    return [Candidate(*row) for row in found]


def next_due(
    session: Session, platforms: Sequence[str], now: datetime, *, skip: Sequence[Lane] = ()
) -> datetime | None:
    """When it is worth while to claim for these platforms; None when nothing waits."""
    with bulk.pipelined(session, into_next=True):
        go_by_indexes(session)
    ((due,),) = bulk.run(session, _NEXT_DUE, **_places(platforms, skip), **_times(now))
    return None if due is None else bulk.time_of(due)


def let_next_go_on(session: Session, conversations: Collection[tuple[int, str]]) -> None:
    """Let what waits first in these conversations, each with its destination, be claimed.

    What stood before it must have been ended by an earlier statement: see `claiming`.
    """
    if conversations:
        bulk.run(session, _LET_NEXT_GO_ON, sorted(conversations))


def _times(now: datetime) -> dict[str, Any]:
    return {"now": now, "latest": now + 2 * LONGEST_LEASE, "furthest": now + _FURTHEST}


def _places(platforms: Sequence[str], skip: Sequence[Lane]) -> dict[str, Any]:
    return {
        "platforms": [(platform,) for platform in platforms],
        "skip": [(queue,) for queue in chain.from_iterable(lane.queues for lane in skip)],
    }


# A lease that has run out, and a retry that is due. A row's lease stays in it until another takes it, so that a slow
# sender can mark it until then. What a wrong clock wrote down counts for nothing.
_RANGES = (
    "turn = 'later' AND due_at <= :now ORDER BY due_at",
    "turn = 'later' AND due_at > :furthest ORDER BY due_at",
    "turn = 'held' AND leased_until <= :now ORDER BY leased_until",
    "turn = 'held' AND leased_until > :latest ORDER BY leased_until",
)
_EACH_RANGE = " UNION ALL ".join(
    f"SELECT id FROM (SELECT id FROM outbox WHERE {range_} LIMIT :most) r{place}"  # noqa: S608 - as below
    for place, range_ in enumerate(_RANGES)
)
_RIPEN = f"""
UPDATE outbox SET turn = 'now', leased_until = NULL WHERE id {{among
    SELECT id FROM outbox WHERE id {{among {_EACH_RANGE}}}
      AND CASE turn WHEN 'later' THEN due_at <= :now OR due_at > :furthest
                    WHEN 'held' THEN :take_over AND (leased_until <= :now OR leased_until > :latest)
                    ELSE false END
    {{for update skip locked}}
}}
"""  # noqa: S608 - built from this file's own SQL
# Goes from each queue that has a row whose turn is now straight to the next such queue. Each platform is gone through
# in two parts: one begins at a random queue, and the other one ends there.
_LOOK = f"""
WITH RECURSIVE middle AS (
    SELECT coalesce((SELECT d.id FROM destination d ORDER BY d.id DESC LIMIT 1), 0) * {QUEUES} * :chance / :chances
        AS id),
ways AS (SELECT p.platform, w.start, w.last FROM {{platforms(platform text)}} p CROSS JOIN (
    SELECT m.id AS start, 2147483647 AS last FROM middle m UNION ALL SELECT 0 AS start, m.id AS last FROM middle m) w),
hop AS (
    SELECT w.platform, w.last, (SELECT o.queue FROM outbox o WHERE o.turn = 'now'
        AND o.platform = w.platform AND o.queue > w.start AND o.queue <= w.last
        ORDER BY o.queue LIMIT 1) AS id
    FROM ways w
    UNION ALL
    SELECT h.platform, h.last, (SELECT o.queue FROM outbox o WHERE o.turn = 'now'
        AND o.platform = h.platform AND o.queue > h.id AND o.queue <= h.last
        ORDER BY o.queue LIMIT 1) AS id
    FROM hop h WHERE h.id IS NOT NULL),
seen AS (SELECT platform, id FROM hop LIMIT :hops),
place AS (SELECT h.platform, h.id FROM seen h
    WHERE h.id IS NOT NULL AND h.id NOT IN (SELECT s.id FROM {{skip(id int)}} s) LIMIT :places),
step AS (
    SELECT p.platform, p.id AS queue, 1 AS n, (SELECT o.id FROM outbox o WHERE o.turn = 'now'
        AND o.platform = p.platform AND o.queue >= p.id AND o.queue <= p.id
        ORDER BY o.queue, o.id LIMIT 1) AS id
    FROM place p
    UNION ALL
    SELECT s.platform, s.queue, s.n + 1, (SELECT o.id FROM outbox o WHERE o.turn = 'now'
        AND o.platform = s.platform AND o.queue >= s.queue AND o.queue <= s.queue
        AND o.id > s.id ORDER BY o.queue, o.id LIMIT 1) AS id
    FROM step s WHERE s.id IS NOT NULL AND s.n < :most),
found AS (SELECT id, platform, queue FROM step WHERE id IS NOT NULL LIMIT :rows_at_once)
SELECT f.id,
       (SELECT (SELECT min(e.id + 0) FROM outbox e WHERE e.destination_id = o.destination_id
                AND e.conversation = o.conversation AND e.sent_at IS NULL AND e.dead_at IS NULL
                AND (o.action <> 'edit' OR e.action <> 'reply'))
        FROM outbox o WHERE o.id = f.id),
       f.queue, f.platform,
       (SELECT d.parked_at IS NOT NULL FROM destination d WHERE d.id = f.queue / {QUEUES})
FROM found f
ORDER BY f.queue, f.id
"""  # noqa: S608 - as above
_NEXT_DUE = """
WITH RECURSIVE p AS (SELECT platform FROM {platforms(platform text)} t),
hop AS (
    SELECT p.platform, (SELECT o.queue FROM outbox o WHERE o.turn = 'now' AND o.platform = p.platform
        ORDER BY o.queue LIMIT 1) AS id
    FROM p
    UNION ALL
    SELECT h.platform, (SELECT o.queue FROM outbox o WHERE o.turn = 'now' AND o.platform = h.platform
        AND o.queue > h.id ORDER BY o.queue LIMIT 1) AS id
    FROM hop h WHERE h.id IS NOT NULL)
SELECT min(due) FROM (
    SELECT :now AS due
    WHERE EXISTS (SELECT 1 FROM hop WHERE id IS NOT NULL AND id NOT IN (SELECT s.id FROM {skip(id int)} s))
       OR EXISTS (SELECT 1 FROM outbox WHERE turn = 'later' AND due_at > :furthest)
       OR EXISTS (SELECT 1 FROM outbox WHERE turn = 'held' AND leased_until > :latest)
    UNION ALL SELECT due_at FROM (SELECT due_at FROM outbox WHERE turn = 'later' ORDER BY due_at LIMIT 1) l
    UNION ALL SELECT leased_until FROM (
        SELECT leased_until FROM outbox WHERE turn = 'held' ORDER BY leased_until LIMIT 1) h) d
"""
# What stands first, and the edit that passes replies.
_LET_NEXT_GO_ON = """
UPDATE outbox SET turn = 'now' WHERE CASE turn WHEN 'behind' THEN true ELSE false END AND id {among
    SELECT (SELECT min(e.id + 0) FROM outbox e WHERE e.destination_id = r.destination_id
            AND e.conversation = r.conversation AND e.sent_at IS NULL AND e.dead_at IS NULL)
    FROM {rows(destination_id int, conversation text)} r
    UNION ALL
    SELECT (SELECT min(e.id + 0) FROM outbox e WHERE e.destination_id = r.destination_id
            AND e.conversation = r.conversation AND e.sent_at IS NULL AND e.dead_at IS NULL AND e.action = 'edit')
    FROM {rows(destination_id int, conversation text)} r
}
"""
