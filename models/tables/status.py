"""The state of a plugin: per plugin branch and host branch, each source's verdict and the combined one."""

from datetime import datetime

import sqlalchemy
from sqlmodel import Field, Index, SQLModel


class Status(SQLModel, table=True):
    """The combined status of a plugin's branch on a host branch.

    `changed_at` is since when it has been so.
    """

    plugin_id: int = Field(foreign_key="plugin.id", primary_key=True, ondelete="CASCADE")
    plugin_branch: str = Field(primary_key=True)
    host_branch: str = Field(primary_key=True)
    verdict: str = Field(index=True)
    changed_at: datetime


class SourceVerdict(SQLModel, table=True):
    """What one source says: its newest commits, the verdict on them, and the last pair that was good.

    `seen_at` moves with every report that confirms the verdict, so no index holds it; `expired` is
    set when the verdict passed its deadline. The last five columns describe the failure, if it is
    one, as an incident does.

    Of what a Guard found failing, `good_rounds` counts how many rounds in a row found the same
    commits good since; the last round that counted was at `round_at`.
    """

    __tablename__ = "source_verdict"
    # Who calls a plugin how, for its line in lists.
    __table_args__ = (
        Index(
            "source_verdict_by_word",
            "plugin_id",
            "verdict",
            "source",
            sqlite_where=sqlalchemy.text("NOT expired"),
            postgresql_where=sqlalchemy.text("NOT expired"),
        ),
        # With the plugin: a database that knows nothing of its rows yet may choose this one for a single verdict. With
        # what tells whether anything is said of it there, which is asked of all plugins.
        Index("source_verdict_host_branch", "host_branch", "plugin_id", "expired", "verdict"),
        # What is broken on a branch, however many plugins are well there.
        Index(
            "source_verdict_by_branch",
            "host_branch",
            "verdict",
            "plugin_id",
            sqlite_where=sqlalchemy.text("NOT expired"),
            postgresql_where=sqlalchemy.text("NOT expired"),
        ),
    )

    plugin_id: int = Field(foreign_key="plugin.id", primary_key=True, ondelete="CASCADE")
    plugin_branch: str = Field(primary_key=True)
    host_branch: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    verdict: str
    plugin_sha: str
    host_sha: str
    changed_at: datetime
    seen_at: datetime
    expired: bool = False
    good_plugin_sha: str | None = None
    good_host_sha: str | None = None
    good_at: datetime | None = None
    good_rounds: int = 0
    round_at: datetime | None = None
    round_digest: str | None = None
    fingerprint: str | None = None
    message: str | None = None
    backtrace: str | None = None
    said_by: str | None = None
    reference: str | None = None
