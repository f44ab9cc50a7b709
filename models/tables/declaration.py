"""What people declared of plugins."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class Declaration(SQLModel, table=True):
    """A fact about a plugin that somebody declared by hand; who did, the audit log tells.

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
    declared_at: datetime
