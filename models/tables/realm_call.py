"""What people ask of extensions: the queue between who asks and the process that keeps the realms."""

from datetime import datetime
from typing import Any

import sqlalchemy
from sqlmodel import Field, Index, SQLModel

from models.tables.stored import StoredDict

_WAITING = sqlalchemy.text("lease IS NULL AND ended_at IS NULL")
_OF_EVENTS = sqlalchemy.text("event <> ''")
# Events are found by how they begin, which needs the order of their bytes: that of a language has digits behind signs.
_IN_BYTES = sqlalchemy.String().with_variant(sqlalchemy.String(collation="C"), "postgresql")


class RealmCall(SQLModel, table=True):
    """A call of an extension's handler `run`; without one the extension is to greet, and is on if it does.

    `asker` and `arguments` are as they are in JSON. `lease` is the fencing token of the process
    that took it. It has ended when it is answered, by a message in JSON, or when nobody waits for
    it any more. Where nobody asks, `event` is the id of what happened that the handler is to hear of.
    """

    __tablename__ = "realm_call"
    __table_args__ = (
        Index(
            "realm_call_of_event",
            "event",
            sqlite_where=_OF_EVENTS,
            postgresql_where=_OF_EVENTS,
        ),
        Index("realm_call_waiting", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
    )

    id: int | None = Field(default=None, primary_key=True)
    handle: str
    run: str
    asker: dict[str, Any] = Field(default_factory=dict, sa_type=StoredDict)
    arguments: dict[str, Any] = Field(default_factory=dict, sa_type=StoredDict)
    asked_at: datetime
    lease: str | None = None
    ended_at: datetime | None = None
    answer: str | None = None
    event: str = Field(
        default="",
        sa_type=_IN_BYTES,
        sa_column_kwargs={"server_default": sqlalchemy.text("''")},
    )
