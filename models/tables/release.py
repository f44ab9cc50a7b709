"""Releases, mirrored from GitHub."""

from datetime import datetime

from sqlmodel import BigInteger, Field, SQLModel


class Release(SQLModel, table=True):
    """A release.

    One that is not `published_at` any time is a draft; a `gone` one was deleted or unpublished.

    It is `announced` once GitHub said that it was published, which an edit of an old one does not.
    """

    github_id: int = Field(primary_key=True, sa_type=BigInteger)
    repository_id: int = Field(index=True, sa_type=BigInteger)
    tag: str
    name: str
    prerelease: bool = False
    published_at: datetime | None = None
    gone: bool = False
    announced: bool = False
    author: str = ""
    version: str
