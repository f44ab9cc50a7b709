"""What extensions add to what is told of an incident."""

from datetime import datetime

import sqlalchemy
from sqlmodel import Field, SQLModel, UniqueConstraint

from models.rules.languages import ENGLISH


class CardDecoration(SQLModel, table=True):
    """The blocks that an extension adds in a language, as a message in JSON. They go with either of the two."""

    __tablename__ = "card_decoration"
    __table_args__ = (UniqueConstraint("incident_id", "extension_id", "language"),)

    id: int | None = Field(default=None, primary_key=True)
    extension_id: int = Field(foreign_key="extension.id", ondelete="CASCADE", index=True)
    incident_id: int = Field(foreign_key="incident.id", ondelete="CASCADE")
    language: str = Field(
        default=ENGLISH, sa_column_kwargs={"server_default": sqlalchemy.text("'en'")}
    )
    message: str
    drawn_at: datetime
