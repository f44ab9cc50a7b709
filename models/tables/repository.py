"""Repositories as GitHub tells of them, by GitHub's ids, which no rename or transfer changes.

A row of a mirror holds the newest version that was told of, whatever the order of arrival:
`version` sorts them.
"""

from datetime import datetime

from sqlmodel import BigInteger, Field, SQLModel


class Repository(SQLModel, table=True):
    """A repository. `head_sha` is its default branch's newest commit, pushed at `head_at`.

    `licence` is an SPDX id, and `owner_kind` is User or Organization.
    """

    github_id: int = Field(primary_key=True, sa_type=BigInteger)
    full_name: str
    private: bool = Field(default=False, index=True)
    archived: bool = False
    deleted: bool = False
    default_branch: str | None = None
    head_sha: str | None = None
    head_at: datetime | None = None
    licence: str | None = None
    owner_kind: str | None = None
    version: str


class RepositoryName(SQLModel, table=True):
    """A name that a repository bears or bore, in lower case, as GitHub compares it.

    It is known to have borne it `since` then; that is empty where it was noted without a time. `given_up_at` is when it
    was last heard to bear another name instead.
    """

    __tablename__ = "repository_name"

    repository_id: int = Field(primary_key=True, sa_type=BigInteger)
    key: str = Field(primary_key=True, index=True)
    since: datetime | None = None
    given_up_at: datetime | None = None


class AppInstallation(SQLModel, table=True):
    """A GitHub App's installation in an account: `state` is active, suspended or deleted."""

    __tablename__ = "app_installation"

    github_id: int = Field(primary_key=True, sa_type=BigInteger)
    account: str
    state: str
    version: str
