"""Bug reports that are not finished: extensions have steps of their own behind the form."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel, UniqueConstraint

from models.tables.stored import StoredList


class ReportDraft(SQLModel, table=True):
    """What a person filled in of a report on a plugin. `steps` are ReportSteps as JSON, as they were when it began."""

    __tablename__ = "report_draft"
    __table_args__ = (UniqueConstraint("person_id", "plugin_id"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE")
    plugin_id: int = Field(foreign_key="plugin.id", ondelete="CASCADE", index=True)
    answers: list[Any] = Field(default_factory=list, sa_type=StoredList)
    steps: list[Any] = Field(default_factory=list, sa_type=StoredList)
    begun_at: datetime
