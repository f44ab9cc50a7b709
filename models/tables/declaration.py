"""What people declared of plugins."""

from datetime import datetime

import sqlalchemy
from sqlmodel import Field, SQLModel

from models.rules.declaring import PEOPLE


class Declaration(SQLModel, table=True):
    """A fact about a plugin that somebody declared by hand, or that a release's metadata declares.

    Its `source` says which; who it was by hand, the audit log tells.

    `fact` is a Fact, `standing` a Standing. `versions` is a range of the host's versions or of the
    other plugin's, `of_versions` one of the plugin's own; an empty one means all of them.
    """

    id: int | None = Field(default=None, primary_key=True)
    plugin_id: int = Field(foreign_key="plugin.id", index=True, ondelete="CASCADE")
    fact: str
    standing: str | None = None
    other_id: int | None = Field(
        default=None, foreign_key="plugin.id", index=True, ondelete="CASCADE"
    )
    versions: str = ""
    of_versions: str = ""
    reason: str = ""
    source: str = Field(
        default=PEOPLE, sa_column_kwargs={"server_default": sqlalchemy.text("'people'")}
    )
    declared_at: datetime
