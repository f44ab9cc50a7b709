"""Who ought to be heard and when, cron jobs that call in, and when we ourselves were there to hear anybody."""

from datetime import datetime

from sqlmodel import Field, Index, SQLModel, UniqueConstraint

from models.tables.stored import StoredDict


class WatchedSource(SQLModel, table=True):
    """A source that is expected to be heard `since` some time, at the latest by `due_at`.

    `gaps` are its longest silences in seconds, by day; `allowed_seconds` counts in their place
    where an operator said so. One that is `forgotten_at` some time is expected again once it is
    heard.
    """

    __tablename__ = "watched_source"
    __table_args__ = (UniqueConstraint("kind", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    name: str
    since: datetime
    heard_at: datetime | None = None
    said: str = Field(default="", description="what was heard last, in words")
    due_at: datetime
    gaps: dict[str, float] = Field(default_factory=dict, sa_type=StoredDict)
    allowed_seconds: int | None = None
    forgotten_at: datetime | None = None
    expected: bool = True
    trouble: str | None = None


class MassSilence(SQLModel, table=True):
    """Several sources that fell silent together, and are told of as one."""

    __tablename__ = "mass_silence"

    id: int | None = Field(default=None, primary_key=True)
    opened_at: datetime
    updated_at: datetime
    resolved_at: datetime | None = None


class Heartbeat(SQLModel, table=True):
    """A cron job that calls a secret address when it starts, finishes or fails; the address is known as SHA-256.

    It is to finish `every_seconds`, and may be late, or take, `grace_seconds`. `heard_at` is when
    it ended last, with what exit code and log; `started_at` is set while it runs.
    """

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    digest: str = Field(unique=True, description="SHA-256 of the address's secret, in hexadecimal")
    every_seconds: int
    grace_seconds: int
    created_at: datetime
    started_at: datetime | None = None
    heard_at: datetime | None = None
    failed: bool = False
    exit_code: int | None = None
    log: str = ""


class Attendance(SQLModel, table=True):
    """When one of our processes was last seen alive."""

    process: str = Field(primary_key=True)
    at: datetime


class Absence(SQLModel, table=True):
    """A time in which no process of this name was alive, so that nobody could be heard."""

    __table_args__ = (Index("absence_by_end", "ended_at"),)

    id: int | None = Field(default=None, primary_key=True)
    process: str
    began_at: datetime
    ended_at: datetime
