"""Plugins that people want on the master list."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.tables.stored import StoredList


class Submission(SQLModel, table=True):
    """A repository that somebody submitted, what it says of itself, and what a guardian decided.

    `key` is as a plugin's `repository_key`. While `read_at` is empty GitHub is to be asked; `problem` says why it is no
    plugin. Until it is `decided_at` some time, a guardian may accept or decline it. The submitter is told at the
    destination.
    """

    # A card's button names a submission by its id, so none may come back when the newest rows are deleted.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    repository: str
    path: str = ""
    key: str = Field(index=True)
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE", index=True)
    destination_id: int = Field(foreign_key="destination.id", ondelete="CASCADE")
    asked_at: datetime = Field(index=True)
    looked_at: datetime | None = None
    read_at: datetime | None = None
    header: str | None = None
    tags: list[str] = Field(default_factory=list, sa_type=StoredList)
    problem: str = ""
    decided_at: datetime | None = None
    decided_by: str = ""
    accepted: bool = False
    reason: str = ""
