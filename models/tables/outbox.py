"""What is to be sent, and what became of it."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy
from sqlmodel import Field, Index, SQLModel

_PENDING = sqlalchemy.text("sent_at IS NULL AND dead_at IS NULL")


# The queues of a destination are four numbers in a row, and what is sent first comes first: cards, then replies; and,
# beside them, edits of cards that tell of several incidents, then other edits.
QUEUES = 4
_QUEUE = f"""destination_id * {QUEUES} + CASE
WHEN action = 'post' THEN 0 WHEN action <> 'edit' THEN 1 WHEN substr(conversation, 1, 9) = 'incident:' THEN 3 ELSE 2 END
"""


def _turns(turn: str, *columns: str) -> Index:
    """An index of the rows with this turn alone, so that it is as small as what waits."""
    where = sqlalchemy.text(f"turn = '{turn}'")
    return Index(f"outbox_{turn}", *columns, sqlite_where=where, postgresql_where=where)


class Posting(StrEnum):
    """What to do with the message: post a card, edit that card in place, or reply in its thread.

    Issues and topics are also closed and opened again; then the message only says why.
    """

    POST = "post"
    EDIT = "edit"
    REPLY = "reply"
    CLOSE = "close"
    REOPEN = "reopen"


class Turn(StrEnum):
    """Whether a row of the outbox may be claimed.

    Now, as far as is known; or not before its lease ends, not before it is due again, or not before
    what stands before it is gone: an earlier row of its conversation, or that its destination is
    parked. One that was sent or given up is over.
    """

    NOW = "now"
    HELD = "held"
    LATER = "later"
    BEHIND = "behind"
    OVER = "over"


class Announcement(SQLModel, table=True):
    """An outbox row: one composed message for one destination, whose platform it names.

    The rows of a conversation (an incident or an outbreak, at one destination) are sent in the
    order of their ids; `queue` says which conversation's go first. `lease` is the fencing token of
    the sender that holds the row until `leased_until`; `due_at` counts for rows whose turn comes
    later. A `private` one tells of a private plugin what not everyone may know.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "outbox_pending",
            "conversation",
            "destination_id",
            "id",
            sqlite_where=_PENDING,
            postgresql_where=_PENDING,
        ),
        # Few are given up, and they are counted with each reading of the metrics.
        Index(
            "outbox_given_up",
            "platform",
            sqlite_where=sqlalchemy.text("dead_at IS NOT NULL"),
            postgresql_where=sqlalchemy.text("dead_at IS NOT NULL"),
        ),
        _turns("now", "platform", "queue", "id"),
        _turns("held", "leased_until"),
        _turns("later", "due_at"),
        _turns("behind", "destination_id"),
        # The local room knows what it has posted by this id, so none may come back when the newest
        # rows are deleted.
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    destination_id: int = Field(foreign_key="destination.id", ondelete="CASCADE")
    queue: int | None = Field(
        default=None, sa_column=sqlalchemy.Column(sqlalchemy.Integer, sqlalchemy.Computed(_QUEUE))
    )
    platform: str = Field(default="", sa_column_kwargs={"server_default": sqlalchemy.text("''")})
    conversation: str
    action: str
    broadcast: bool = False
    private: bool = Field(default=False, sa_column_kwargs={"server_default": sqlalchemy.false()})
    message: str
    created_at: datetime
    due_at: datetime
    turn: str = Field(
        default=Turn.NOW, sa_column_kwargs={"server_default": sqlalchemy.text("'now'")}
    )
    attempts: int = 0
    lease: str | None = None
    leased_until: datetime | None = None
    sent_at: datetime | None = None
    dead_at: datetime | None = None
    error: str | None = None


class ClosedPlatform(SQLModel, table=True):
    """A chat platform that is turned off: nothing is put into the outbox for it."""

    __tablename__ = "closed_platform"

    platform: str = Field(primary_key=True)


class MessageReference(SQLModel, table=True):
    """Where a conversation's card stands at a destination, in the platform's own id."""

    __tablename__ = "message_reference"

    destination_id: int = Field(foreign_key="destination.id", primary_key=True, ondelete="CASCADE")
    conversation: str = Field(primary_key=True, index=True)
    reference: str
