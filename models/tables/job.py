"""The clock's table as it runs: each job, who runs it now, and how its last runs went."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class Job(SQLModel, table=True):
    """A job of the clock's table. `slot` is the newest one that anybody claimed.

    `lease` is the fencing token of the process that runs it, until `leased_until`; without one it
    does not run. `asked_at` is set when somebody wants it run now.
    """

    name: str = Field(primary_key=True)
    rhythm: str = Field(description="in words")
    limit_seconds: float
    next_at: datetime
    slot: datetime | None = None
    lease: str | None = None
    leased_until: datetime | None = None
    asked_at: datetime | None = None


class JobRun(SQLModel, table=True):
    """A slot of a job and what became of it. `attempts` counts the processes that began it.

    `outcome` is empty while it runs; `error` is the kind of the error, never its words, which may
    hold a secret. Only the newest runs of each outcome are kept.
    """

    __tablename__ = "job_run"

    job: str = Field(foreign_key="job.name", primary_key=True, ondelete="CASCADE")
    slot: datetime = Field(primary_key=True)
    attempts: int = 1
    started_at: datetime
    finished_at: datetime | None = None
    outcome: str | None = None
    error: str | None = None
