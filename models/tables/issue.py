"""Issues and their labels, mirrored from GitHub by GitHub's ids."""

from datetime import datetime

from sqlmodel import BigInteger, Field, Index, SQLModel

from models.tables.stored import StoredDict, StoredList


class Issue(SQLModel, table=True):
    """An issue. `labels` are [id, name] pairs; a `gone` one was deleted or transferred away."""

    __table_args__ = (Index("issue_of_repository", "repository_id", "state", "number"),)

    github_id: int = Field(primary_key=True, sa_type=BigInteger)
    repository_id: int = Field(sa_type=BigInteger)
    number: int
    title: str
    state: str
    author: str
    labels: list[list[int | str]] = Field(default_factory=list, sa_type=StoredList)
    comments: int = 0
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None = None
    gone: bool = False
    version: str


class Label(SQLModel, table=True):
    """A label's name, which GitHub tells without a time.

    `weights` counts for each name how often it was given less how often it was taken away: in
    whatever order that was told, the name with the greatest weight is the one that it has now. Of
    several it is the one `read` last.
    """

    github_id: int = Field(primary_key=True, sa_type=BigInteger)
    repository_id: int = Field(sa_type=BigInteger)
    weights: dict[str, int] = Field(default_factory=dict, sa_type=StoredDict)
    read: str | None = None
    deleted: bool = False
