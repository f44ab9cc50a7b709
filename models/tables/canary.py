"""Runs of the browser canary, what they leave behind, and incidents that no plugin is to blame for."""

from datetime import datetime
from typing import Any

import sqlalchemy
from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field, Index, SQLModel

from models.rules.silence import Trouble
from models.tables.stored import StoredList


class CanaryRun(SQLModel, table=True):
    """A smoke test of one server, which names its runs.

    Until it is `finished_at` some time it proves nothing.

    `steps` are {name, result, duration_ms, message} and `plugins` {handle, branch, sha} objects, in
    the run's order. `conclusion` is empty until it has finished; `blamed` are the handles of the
    plugins that it failed by. A run of our own has no key. `earlier` are {number, step, message}
    objects, one for each attempt that does not count. It was first `received_at` that time; of runs
    from before this was noted nobody knows.
    """

    __tablename__ = "canary_run"
    __table_args__ = (
        Index("canary_run_of_server", "server", "started_at"),
        Index("canary_run_by_arrival", "server", "received_at"),
    )

    server: str = Field(primary_key=True)
    run_id: str = Field(primary_key=True)
    key_id: int | None = Field(default=None, foreign_key="api_key.id")
    host_branch: str
    host_sha: str
    started_at: datetime
    finished_at: datetime | None = None
    steps: list[dict[str, Any]] = Field(default_factory=list, sa_type=StoredList)
    plugins: list[dict[str, str]] = Field(default_factory=list, sa_type=StoredList)
    earlier: list[dict[str, Any]] = Field(default_factory=list, sa_type=StoredList)
    conclusion: str | None = None
    blamed: list[str] = Field(default_factory=list, sa_type=StoredList)
    received_at: datetime | None = None


class Artefact(SQLModel, table=True):
    """A run's console log (text, redacted), screenshot (PNG, encoded anew) or trace (ZIP, without our secrets).

    They are shown by signed, expiring links only.
    """

    __table_args__ = (
        ForeignKeyConstraint(
            ["server", "run_id"], ["canary_run.server", "canary_run.run_id"], ondelete="CASCADE"
        ),
    )

    server: str = Field(primary_key=True)
    run_id: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    content: bytes
    stored_at: datetime = Field(index=True)


class CanaryOrder(SQLModel, table=True):
    """A run that somebody asked for, until it has `ended_at` some time; one at a time for each server.

    How it goes is shown at the destination. `run_id` is the run that serves it, once that has
    begun.
    """

    __tablename__ = "canary_order"
    __table_args__ = (
        Index(
            "one_canary_order_of_server",
            "server",
            unique=True,
            sqlite_where=sqlalchemy.text("ended_at IS NULL"),
            postgresql_where=sqlalchemy.text("ended_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    server: str
    traced: bool = False
    asked_at: datetime
    asked_by: str
    destination_id: int = Field(foreign_key="destination.id")
    run_id: str | None = Field(default=None, index=True)
    ended_at: datetime | None = None


class WatchedIncident(SQLModel, table=True):
    """Trouble of a source itself: it is silent, or fails, as a canary server's smoke test does with no plugin to blame.

    At most one is open for a source, name and trouble. `heard_at` and `said` are what was heard
    last, and `unknown` counts the verdicts that its silence turned unknown.
    """

    __tablename__ = "source_incident"
    __table_args__ = (
        Index(
            "one_open_source_incident",
            "source",
            "name",
            "trouble",
            unique=True,
            sqlite_where=sqlalchemy.text("resolved_at IS NULL"),
            postgresql_where=sqlalchemy.text("resolved_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    source: str
    name: str
    trouble: str = Trouble.FAILING
    host_branch: str = ""
    host_sha: str = ""
    run_id: str = ""
    step: str = ""
    message: str | None = None
    opened_at: datetime
    updated_at: datetime
    resolved_at: datetime | None = None
    resolution: str | None = None
    heard_at: datetime | None = None
    said: str = ""
    unknown: int = 0
    mass_silence_id: int | None = Field(default=None, foreign_key="mass_silence.id", index=True)
