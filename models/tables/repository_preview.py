"""What repositories say of themselves that are on no list yet."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.tables.stored import StoredList


class RepositoryPreview(SQLModel, table=True):
    """A repository that a guardian wants to see, and what it says of itself.

    `key` is as a plugin's `repository_key`. While neither `read_at` nor `troubled_at` is set, GitHub is to be asked.
    `problem` says why it is no plugin.
    """

    __tablename__ = "repository_preview"

    id: int | None = Field(default=None, primary_key=True)
    repository: str
    path: str = ""
    key: str = Field(unique=True)
    asked_at: datetime
    read_at: datetime | None = None
    troubled_at: datetime | None = None
    header: str | None = None
    topics: list[str] = Field(default_factory=list, sa_type=StoredList)
    problem: str = ""
