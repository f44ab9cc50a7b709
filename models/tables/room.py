"""What stands in the local chat room."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class RoomMessage(SQLModel, table=True):
    """A message of the local chat room.

    `outbox_id` is the announcement that posted it and `edit_outbox_id` the last one that edited it:
    a repeated send finds them and changes nothing.
    """

    __tablename__ = "room_message"

    id: int | None = Field(default=None, primary_key=True)
    outbox_id: int = Field(unique=True)
    edit_outbox_id: int | None = None
    thread_id: int | None = Field(default=None, foreign_key="room_message.id", index=True)
    broadcast: bool = False
    message: str
    posted_at: datetime
    edited_at: datetime | None = None
