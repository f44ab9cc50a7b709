"""Which version of the host each of its branches is."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class HostVersion(SQLModel, table=True):
    """The version that a host branch's own files named when GitHub was asked last with success."""

    __tablename__ = "host_version"

    branch: str = Field(primary_key=True)
    version: str
    read_at: datetime


class HostCommitVersion(SQLModel, table=True):
    """The version that the host's own file names at a commit; empty where it names none. It never changes."""

    __tablename__ = "host_commit_version"

    sha: str = Field(primary_key=True)
    version: str
    read_at: datetime
