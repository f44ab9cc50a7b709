"""Which version of the host each of its branches is."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class HostVersion(SQLModel, table=True):
    """The version that a host branch's own files named when GitHub was asked last with success."""

    __tablename__ = "host_version"

    branch: str = Field(primary_key=True)
    version: str
    read_at: datetime
