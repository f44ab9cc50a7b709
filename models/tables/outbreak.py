"""Incidents with one cause across plugins."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class Outbreak(SQLModel, table=True):
    """Several plugins broken by one cause: a host range, or one shared fingerprint.

    `cause` is `host/BRANCH/SHA` or `fingerprint/HASH`; at most one outbreak a cause. Of the host, `/browser` follows
    where only browsers saw it, and `/HASH` where it is one of several. What left another outbreak has that one's cause,
    with the host's commit that showed it.
    """

    id: int | None = Field(default=None, primary_key=True)
    cause: str = Field(unique=True)
    host_branch: str
    good_host_sha: str | None = None
    bad_host_sha: str
    opened_at: datetime
    updated_at: datetime
    resolved_at: datetime | None = None
