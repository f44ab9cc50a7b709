"""The order in which commits were first heard of."""

from datetime import datetime

from sqlmodel import BigInteger, Field, Index, SQLModel, UniqueConstraint


class Commit(SQLModel, table=True):
    """A commit of a line of history.

    Where nothing better is known, the one first heard of later is the newer.

    `line` is `host/BRANCH` or `plugin/ID/BRANCH`. `place` is where it stands in its line: its id
    until GitHub was asked, at `asked_at`, about its ancestry.
    """

    __tablename__ = "commit_seen"
    __table_args__ = (UniqueConstraint("line", "sha"), Index("commit_seen_place", "line", "place"))

    id: int | None = Field(default=None, primary_key=True)
    line: str
    sha: str
    first_seen_at: datetime
    place: int | None = Field(default=None, sa_type=BigInteger)
    asked_at: datetime | None = None
