"""What became of what was claimed. Whatever ends, lets go on what stood behind it. Functions here never commit.

Each claim carries a new lease, and a sender whose lease was taken over can no longer mark the row.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session, col, update

from models.database import bulk
from models.database.engine import go_by_indexes
from models.outbox.claiming import Claim
from models.outbox.turns import let_next_go_on
from models.tables import Announcement, Posting, Turn


def mark_sent(session: Session, sent: Sequence[tuple[Claim, str]], now: datetime) -> None:
    """Note that claims were sent, each with the platform's id of its message, by which a card is found later."""
    rows = [(claimed.id, claimed.lease) for claimed, _ in sent]
    cards = {
        (claimed.destination_id, claimed.conversation): (reference, claimed.id, claimed.lease)
        for claimed, reference in sent
        if _is_new_card(claimed, reference)
    }
    with bulk.pipelined(session, into_next=True):
        go_by_indexes(session)
        bulk.run(session, _MARK_SENT, rows, now=now)
        if cards:
            bulk.run(session, _REFER, [(*card, *how) for card, how in cards.items()], now=now)
        let_next_go_on(session, {(each.destination_id, each.conversation) for each, _ in sent})


def _is_new_card(claimed: Claim, reference: str) -> bool:
    """Whether the sender put up a card: at a post, and at an edit whose card had been deleted on the platform."""
    return claimed.action == Posting.POST or (
        claimed.action == Posting.EDIT and reference != claimed.reference
    )


def mark_failed(
    session: Session, claimed: Claim, reason: str, now: datetime, *, retry_at: datetime | None
) -> None:
    """Note that sending failed: it is tried again at `retry_at`, or never when there is none."""
    outcome = (
        {"due_at": retry_at, "turn": Turn.LATER}
        if retry_at
        else {"dead_at": now, "turn": Turn.OVER}
    )
    session.exec(
        update(Announcement)
        .where(col(Announcement.id) == claimed.id, col(Announcement.lease) == claimed.lease)
        .where(col(Announcement.sent_at).is_(None), col(Announcement.dead_at).is_(None))
        .values(error=reason, lease=None, leased_until=None, **outcome)
        .execution_options(synchronize_session=False)
    )
    if not retry_at:
        let_next_go_on(session, {(claimed.destination_id, claimed.conversation)})


def let_go_on(session: Session, destination_ids: Iterable[int]) -> None:
    """Let the first row of each conversation at these be claimed: they were unparked, or rows of theirs are gone."""
    if places := [(id_,) for id_ in sorted(destination_ids)]:
        bulk.run(session, _LET_GO_ON_AT, places)


_MARK_SENT = """
UPDATE outbox SET sent_at = :now, error = NULL, leased_until = NULL, turn = 'over'
WHERE id {among SELECT id FROM {rows(id int, lease text)} r} AND coalesce(sent_at, dead_at) IS NULL
  AND lease = (SELECT r.lease FROM {rows(id int, lease text)} r WHERE r.id = outbox.id)
"""
# Only what was marked just now: of a row that another process took over, the card is that one's.
_REFER = """
INSERT INTO message_reference (destination_id, conversation, reference)
SELECT destination_id, conversation, reference
FROM {rows(destination_id int, conversation text, reference text, id int, lease text)} r
WHERE (SELECT o.sent_at = :now AND o.lease = r.lease FROM outbox o WHERE o.id = r.id)
ON CONFLICT (destination_id, conversation) DO UPDATE SET reference = excluded.reference
"""
# It seldom happens, and then to many: all that waits behind is read once.
_LET_GO_ON_AT = """
UPDATE outbox SET turn = 'now' WHERE turn = 'behind' AND destination_id IN (SELECT id FROM {rows(id int)} r)
  AND id = (SELECT min(e.id + 0) FROM outbox e WHERE e.destination_id = outbox.destination_id
            AND e.conversation = outbox.conversation AND e.sent_at IS NULL AND e.dead_at IS NULL)
"""
