"""Where a conversation's card stands, or is on its way to."""

from collections.abc import Collection

from sqlmodel import Session

from models.database import bulk


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
    standing_there = bulk.run(session, _STANDING, rows) if rows else ()
    for conversation, destination_id in standing_there:
        found[conversation].add(destination_id)
    return found


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
