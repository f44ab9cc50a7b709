"""What a site, a canary or CI said, append-only."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class Report(SQLModel, table=True):
    """One plugin's line of one report, kept for its retention; no answer is ever computed from these rows.

    They have no index but the key: it grows with time, which is all that pruning needs.
    """

    id: int | None = Field(default=None, primary_key=True)
    received_at: datetime
    source: str
    site_id: int | None = None
    plugin_id: int
    plugin_branch: str
    plugin_sha: str
    host_branch: str
    host_sha: str
    verdict: str
    message: str | None = None
    backtrace: str | None = None
