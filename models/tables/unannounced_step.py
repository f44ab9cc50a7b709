"""Steps of stories that stand in the database, and of which the outbox does not know yet."""

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel


class UnannouncedStep(SQLModel, table=True):
    """A step of an incident's story, for milliseconds: what announces it is the next transaction that announces."""

    __tablename__ = "unannounced_step"

    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(foreign_key="incident.id", index=True, ondelete="CASCADE")
    kind: str
    words: str
    quiet: bool
    lines: list[str] = Field(sa_type=JSON)
    host_sha: str
    shown: bool
