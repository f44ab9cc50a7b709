"""The extensions that are installed, or were and left data."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from models.tables.stored import StoredDict, StoredList


class Extension(SQLModel, table=True):
    """An extension by its handle.

    `state` is a StoredState; whether it is held follows from what else is there.

    `manifest` is its `extension.toml`, and `folder` the name of the one it is unpacked in, blank
    once it is removed. `digest` tells its package from any other. `agreed_terms` are the licence
    and the permissions that somebody agreed to, a line each. `why` says in words what it is
    quarantined for. Where it is on `everywhere`, everybody uses it, and not only those of ExtensionUse.
    """

    id: int | None = Field(default=None, primary_key=True)
    handle: str = Field(unique=True)
    state: str
    version: str
    manifest: str
    folder: str
    digest: str
    agreed_by_id: int = Field(foreign_key="person.id")
    agreed_at: datetime
    agreed_terms: str
    changed_at: datetime
    failures: list[str] = Field(
        default_factory=list,
        sa_type=StoredList,
        description="when its code failed lately",
    )
    why: str | None = None
    everywhere: bool = False
    options: dict[str, Any] = Field(
        default_factory=dict,
        sa_type=StoredDict,
        description="those that were set in chat, as they were typed",
    )
