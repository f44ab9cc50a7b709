"""Which webhook deliveries were processed."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class Delivery(SQLModel, table=True):
    """A delivery that was recorded; sent again, it is known by GitHub's id of it, and changes nothing."""

    guid: str = Field(primary_key=True)
    event: str
    received_at: datetime = Field(index=True)
