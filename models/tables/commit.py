"""The order in which commits were first heard of."""

from datetime import datetime

from sqlmodel import Field, SQLModel, UniqueConstraint


class Commit(SQLModel, table=True):
    """A commit of a line of history. Where nothing better is known, the one first heard of later is the newer.

    `line` is `host/BRANCH` or `plugin/ID/BRANCH`.
    """

    __tablename__ = "commit_seen"
    __table_args__ = (UniqueConstraint("line", "sha"),)

    id: int | None = Field(default=None, primary_key=True)
    line: str
    sha: str
    first_seen_at: datetime
