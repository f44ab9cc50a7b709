"""Who uses which extension."""

from datetime import datetime

from sqlmodel import Field, SQLModel, UniqueConstraint


class ExtensionUse(SQLModel, table=True):
    """A channel, or a person by their user id, that uses an extension: there its commands are answered."""

    __tablename__ = "extension_use"
    __table_args__ = (UniqueConstraint("extension_id", "platform", "address"),)

    id: int | None = Field(default=None, primary_key=True)
    extension_id: int = Field(foreign_key="extension.id", ondelete="CASCADE")
    platform: str
    address: str
    is_person: bool
    since: datetime
