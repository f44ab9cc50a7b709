"""What extensions add to what is told of an incident."""

from datetime import datetime

from sqlmodel import Field, SQLModel, UniqueConstraint


class CardDecoration(SQLModel, table=True):
    """The blocks that an extension adds, as a message in JSON. They go with the incident, and with the extension."""

    __tablename__ = "card_decoration"
    __table_args__ = (UniqueConstraint("incident_id", "extension_id"),)

    id: int | None = Field(default=None, primary_key=True)
    extension_id: int = Field(foreign_key="extension.id", ondelete="CASCADE", index=True)
    incident_id: int = Field(foreign_key="incident.id", ondelete="CASCADE")
    message: str
    drawn_at: datetime
