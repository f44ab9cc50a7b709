"""Issues that were asked for from here, and the ways of telling people that lead out of chat."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class FiledIssue(SQLModel, table=True):
    """An issue asked for from here, of an incident or of what a person reports.

    It stands once it has a `number`.

    `marker` is hidden in its text, and is how it is known again. Its repository is the destination;
    what becomes of it is told at `tell_id`, where somebody waits for that.
    """

    __tablename__ = "filed_issue"

    id: int | None = Field(default=None, primary_key=True)
    marker: str = Field(unique=True)
    plugin_id: int = Field(foreign_key="plugin.id", index=True, ondelete="CASCADE")
    incident_id: int | None = Field(
        default=None, foreign_key="incident.id", unique=True, ondelete="CASCADE"
    )
    destination_id: int = Field(foreign_key="destination.id", ondelete="CASCADE")
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    tell_id: int | None = Field(default=None, foreign_key="destination.id", ondelete="SET NULL")
    filed_at: datetime
    number: int | None = None


class OpenChannel(SQLModel, table=True):
    """A way out of chat that the jobs process serves: github, email, discourse or webhook."""

    __tablename__ = "open_channel"

    platform: str = Field(primary_key=True)
