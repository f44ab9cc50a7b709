"""Runs of the browser canary, what they leave behind, and incidents that no plugin is to blame for."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy
from sqlmodel import JSON, Field, Index, SQLModel


class CanaryRun(SQLModel, table=True):
    """A smoke test of one server. Until it is `finished_at` some time it proves nothing.

    `steps` are {name, result, duration_ms, message} and `plugins` {handle, branch, sha} objects, in the run's order.
    `conclusion` is empty until it has finished; `blamed` are the handles of the plugins that it failed by.
    """

    __tablename__ = "canary_run"
    __table_args__ = (Index("canary_run_of_server", "server", "started_at"),)

    run_id: str = Field(primary_key=True)
    key_id: int = Field(foreign_key="api_key.id")
    server: str
    host_branch: str
    host_sha: str
    started_at: datetime
    finished_at: datetime | None = None
    steps: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    plugins: list[dict[str, str]] = Field(default_factory=list, sa_type=JSON)
    conclusion: str | None = None
    blamed: list[str] = Field(default_factory=list, sa_type=JSON)


class ArtefactKind(StrEnum):
    """What a run may leave behind."""

    CONSOLE_LOG = "console-log"
    SCREENSHOT = "screenshot"


class Artefact(SQLModel, table=True):
    """A run's console log (text, redacted) or screenshot (PNG, encoded anew), shown by signed, expiring links only."""

    run_id: str = Field(foreign_key="canary_run.run_id", primary_key=True, ondelete="CASCADE")
    kind: str = Field(primary_key=True)
    content: bytes
    stored_at: datetime = Field(index=True)


class SourceIncident(SQLModel, table=True):
    """Trouble of a source itself: `name` is a canary server whose smoke test fails without a plugin to blame.

    At most one is open for a source and name.
    """

    __tablename__ = "source_incident"
    __table_args__ = (
        Index(
            "one_open_source_incident",
            "source",
            "name",
            unique=True,
            sqlite_where=sqlalchemy.text("resolved_at IS NULL"),
            postgresql_where=sqlalchemy.text("resolved_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    source: str
    name: str
    host_branch: str
    host_sha: str
    run_id: str
    step: str
    message: str | None = None
    opened_at: datetime
    updated_at: datetime
    resolved_at: datetime | None = None
    resolution: str | None = None


class SigningKey(SQLModel, table=True):
    """The key that signs links to artefacts, made by the migration. It guards nothing but this very database."""

    __tablename__ = "signing_key"

    id: int = Field(primary_key=True)
    secret: str
