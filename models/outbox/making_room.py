"""Cards that nobody tried to send yet, taken out of the outbox to become one list. Functions here never commit.

What is being claimed just now is left as it is.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlmodel import Session

from models.database import bulk
from models.rules.conversations import About, Conversation
from models.tables.outbox import QUEUES


class MovedReplies(NamedTuple):
    """Replies of a conversation at a destination that go on in another one there."""

    destination_id: int
    conversation: str
    into: str


def waiting_cards(session: Session, destination_ids: Collection[int]) -> dict[int, int]:
    """How many incidents' cards wait for each of these destinations or are on their way there, counted to a few."""
    rows = [(id_,) for id_ in sorted(destination_ids)]
    return dict(bulk.run(session, _WAITING, rows))


def take_cards(session: Session, destination_ids: Collection[int]) -> dict[int, list[int]]:
    """Take the incidents' cards that wait at these and that everyone may know; return the incidents' numbers."""
    found: dict[int, list[int]] = defaultdict(list)
    if rows := [(id_,) for id_ in sorted(destination_ids)]:
        for destination_id, conversation in bulk.run(session, _TAKE_CARDS, rows):
            found[destination_id].append(int(Conversation(conversation).key))
    return found


def move_replies(session: Session, moved: Sequence[MovedReplies]) -> None:
    """Let replies whose cards were taken follow what was put into the outbox in their place."""
    if moved:
        bulk.run(session, _MOVE, moved)
        bulk.run(session, _DELETE, moved)


_IS_CARD = f"action = 'post' AND substr(conversation, 1, {len(About.INCIDENT.prefix)}) = '{About.INCIDENT.prefix}'"
_MOST_COUNTED = 10
_WAITING = f"""
SELECT r.id, (SELECT count(*) FROM (
    SELECT 1 FROM outbox WHERE turn = 'now' AND platform = d.platform AND queue = r.id * {QUEUES} AND {_IS_CARD}
    LIMIT {_MOST_COUNTED}) n)
  + (SELECT count(*) FROM outbox WHERE turn = 'held' AND destination_id = r.id AND {_IS_CARD})
  + (SELECT count(*) FROM (
    SELECT 1 FROM outbox WHERE turn = 'later' AND destination_id = r.id AND {_IS_CARD} LIMIT {_MOST_COUNTED}) l)
FROM {{rows(id int)}} r JOIN destination d ON d.id = r.id
"""  # noqa: S608 - built from this file's own SQL
_TAKE_CARDS = f"""
DELETE FROM outbox WHERE id {{among
    SELECT o.id FROM outbox o WHERE o.turn = 'now' AND o.platform IN (
        SELECT d.platform FROM destination d JOIN {{rows(id int)}} r ON r.id = d.id)
      AND o.queue IN (SELECT r.id * {QUEUES} FROM {{rows(id int)}} r)
      AND o.attempts = 0 AND NOT o.private AND {_IS_CARD}
    {{for update skip locked}}
}} RETURNING destination_id, conversation
"""  # noqa: S608 - built from this file's own SQL
_ROWS = "{rows(destination_id int, conversation text, target text)} r"
_OF_ROWS = """outbox.destination_id = r.destination_id AND outbox.conversation = r.conversation
  AND outbox.sent_at IS NULL AND outbox.dead_at IS NULL"""
# In their order, which becomes that of their ids: behind what begins the other conversation.
_MOVE = f"""
INSERT INTO outbox (destination_id, platform, conversation, action, broadcast, private, turn, message,
                    created_at, due_at, attempts)
SELECT outbox.destination_id, outbox.platform, r.target, outbox.action, outbox.broadcast, outbox.private, 'behind',
       outbox.message, outbox.created_at, outbox.due_at, 0
FROM {_ROWS} JOIN outbox ON {_OF_ROWS} ORDER BY outbox.id
"""  # noqa: S608 - built from this file's own SQL
_DELETE = f"""
DELETE FROM outbox WHERE id IN (SELECT outbox.id FROM {_ROWS} JOIN outbox ON {_OF_ROWS})
"""  # noqa: S608 - built from this file's own SQL
