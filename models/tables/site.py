"""Sites, what is installed on them, and the statistics that they send."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Field, Index, SQLModel, UniqueConstraint

from models.tables.stored import StoredDict


class Site(SQLModel, table=True):
    """An instance that reports, by its domain, and the key that it did so with last."""

    __table_args__ = (UniqueConstraint("kind", "domain"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    domain: str
    key_id: int | None = Field(default=None, foreign_key="api_key.id")
    host_branch: str | None = None
    host_sha: str | None = None
    registered_at: datetime | None = None
    seen_at: datetime


class Installation(SQLModel, table=True):
    """A plugin on a site, and what the site says of it since `said_at`; a client site also, how it
    fails, and what had moved when it began to.

    The good pair is the newest one that a client site found good on these branches, where it says of another one.

    Whether the site lives, its own row tells. Since `commit_since` it says that it runs the plugin's commit, whatever
    its host's.

    `registered_at` is the site's last registration.
    """

    # With the site: a database that knows nothing of its rows yet may choose this one for a single installation.
    __table_args__ = (Index("installation_of_plugin", "plugin_id", "site_id"),)

    site_id: int = Field(foreign_key="site.id", primary_key=True, ondelete="CASCADE")
    plugin_id: int = Field(foreign_key="plugin.id", primary_key=True, ondelete="CASCADE")
    registered_at: datetime | None = None
    plugin_branch: str | None = None
    plugin_sha: str | None = None
    host_branch: str | None = None
    host_sha: str | None = None
    verdict: str | None = None
    fingerprint: str | None = None
    suspect: str | None = None
    good_plugin_sha: str | None = None
    good_host_sha: str | None = None
    said_at: datetime | None = None
    commit_since: datetime | None = None


class Statistic(SQLModel, table=True):
    """What a host told last of its use of a plugin.

    Anyone may tell it without a key, so it decides nothing.
    """

    host: str = Field(primary_key=True)
    plugin_id: int = Field(
        foreign_key="plugin.id", primary_key=True, index=True, ondelete="CASCADE"
    )
    received_at: datetime
    host_branch: str
    host_sha: str
    plugin_branch: str
    plugin_sha: str
    url: str | None = None
    data: dict[str, Any] = Field(default_factory=dict, sa_type=StoredDict)


class StatisticDay(SQLModel, table=True):
    """On how many sites a version of a plugin ran on a day.

    What sites with a key say is `keyed`, and counted apart.

    The versions that only few sites run are one row, whose branches and commit are empty.
    """

    __tablename__ = "statistic_day"

    day: date = Field(primary_key=True)
    plugin_id: int = Field(
        foreign_key="plugin.id", primary_key=True, index=True, ondelete="CASCADE"
    )
    keyed: bool = Field(primary_key=True)
    host_branch: str = Field(primary_key=True)
    plugin_branch: str = Field(primary_key=True)
    plugin_sha: str = Field(primary_key=True)
    sites: int
