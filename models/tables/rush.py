"""Cards that were too many for a channel, and are one list there."""

from datetime import datetime

from sqlmodel import Field, Index, SQLModel


class Rush(SQLModel, table=True):
    """A list of incidents at one destination, where their cards would have waited for each other.

    `joined_at` is when the newest incident joined.
    """

    __table_args__ = (Index("rush_newest", "destination_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    destination_id: int = Field(foreign_key="destination.id", ondelete="CASCADE")
    opened_at: datetime
    joined_at: datetime


class RushMember(SQLModel, table=True):
    """An incident that stands in a list rather than on a card; of those that share a card, the one whose card it is."""

    __tablename__ = "rush_member"

    rush_id: int = Field(foreign_key="rush.id", primary_key=True, ondelete="CASCADE")
    incident_id: int = Field(
        foreign_key="incident.id", primary_key=True, index=True, ondelete="CASCADE"
    )
