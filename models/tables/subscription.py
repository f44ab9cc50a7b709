"""Who hears what."""

from datetime import datetime

from sqlmodel import JSON, Field, SQLModel, UniqueConstraint

from models.rules.routing import Topic


class Destination(SQLModel, table=True):
    """A channel or a person that messages can be sent to. A parked one is sent nothing until it is unparked."""

    __table_args__ = (UniqueConstraint("platform", "address"),)

    id: int | None = Field(default=None, primary_key=True)
    platform: str
    address: str
    name: str
    guardians: bool = False
    parked_at: datetime | None = None
    parked_because: str | None = None


class Subscription(SQLModel, table=True):
    """A destination's wish to hear of one plugin, or of all when `plugin_id` is empty, and of what about it."""

    id: int | None = Field(default=None, primary_key=True)
    destination_id: int = Field(foreign_key="destination.id", index=True, ondelete="CASCADE")
    topics: list[str] = Field(default_factory=lambda: [Topic.INCIDENTS], sa_type=JSON)
    plugin_id: int | None = Field(default=None, foreign_key="plugin.id", index=True, ondelete="CASCADE")
