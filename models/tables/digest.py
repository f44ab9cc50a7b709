"""Which digests and reminders were sent."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class DigestSent(SQLModel, table=True):
    """The digest of a destination's local day or week was sent, or there was none to send."""

    __tablename__ = "digest_sent"

    destination_id: int = Field(foreign_key="destination.id", primary_key=True, ondelete="CASCADE")
    slot: str = Field(primary_key=True)
    at: datetime


class Reminder(SQLModel, table=True):
    """When guardians were last reminded of an incident that nobody has taken care of."""

    incident_id: int = Field(foreign_key="incident.id", primary_key=True, ondelete="CASCADE")
    reminded_at: datetime
