"""What plugins name in their plugin.rb."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from models.tables.stored import StoredList


class SourceNames(SQLModel, table=True):
    """The methods, constants and settings that a plugin's plugin.rb named when GitHub was asked last."""

    __tablename__ = "source_names"

    plugin_id: int = Field(primary_key=True, foreign_key="plugin.id", ondelete="CASCADE")
    names: list[Any] = Field(default_factory=list, sa_type=StoredList)
    read_at: datetime
