"""Commits that were read from GitHub, to find the one that broke a plugin."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from models.tables.stored import StoredList


class CommitRange(SQLModel, table=True):
    """The commits after the one that worked up to the one that failed, as shas with titles, the oldest first.

    `repository` is owner/name, or a plugin's by GitHub's id. `status` is GitHub's word on the second commit seen from
    the first one: ahead, behind, diverged or identical; `missing` where it knows none of them, `long` where there are
    too many to read. It never changes.
    """

    __tablename__ = "commit_range"

    repository: str = Field(primary_key=True)
    good_sha: str = Field(primary_key=True)
    bad_sha: str = Field(primary_key=True)
    status: str
    commits: list[Any] = Field(default_factory=list, sa_type=StoredList)
    read_at: datetime


class CommitFiles(SQLModel, table=True):
    """What a commit touches: its files, the names on its changed lines, and which of both it leaves nowhere."""

    __tablename__ = "commit_files"

    repository: str = Field(primary_key=True)
    sha: str = Field(primary_key=True)
    files: list[Any] = Field(default_factory=list, sa_type=StoredList)
    names: list[Any] = Field(default_factory=list, sa_type=StoredList)
    gone: list[Any] = Field(default_factory=list, sa_type=StoredList)
    read_at: datetime
