"""People, what they are trusted with, and what they did."""

from datetime import datetime

from sqlmodel import Field, Index, SQLModel, UniqueConstraint


class Person(SQLModel, table=True):
    """Somebody who acted or follows, by the platform's own ids.

    `name` is for show and decides nothing.
    """

    __table_args__ = (UniqueConstraint("platform", "workspace", "user"),)

    id: int | None = Field(default=None, primary_key=True)
    platform: str
    workspace: str
    user: str
    name: str
    seen_at: datetime


class Workspace(SQLModel, table=True):
    """A Slack workspace or a Discord guild that an admin admitted, by the platform's id of it.

    One in which somebody has a role is admitted without a row here.
    """

    __table_args__ = (UniqueConstraint("platform", "workspace"),)

    id: int | None = Field(default=None, primary_key=True)
    platform: str
    workspace: str
    admitted_at: datetime


class RoleGrant(SQLModel, table=True):
    """A role that a user or a group of a workspace has; a maintainer's is of one plugin.

    `by_setting` ones come from the settings: every start brings them in line, and no command takes
    them.
    """

    __tablename__ = "role_grant"
    __table_args__ = (Index("role_grant_of_holder", "platform", "workspace", "holder"),)

    id: int | None = Field(default=None, primary_key=True)
    platform: str
    workspace: str
    kind: str = Field(description="user or group")
    holder: str = Field(description="the platform's id of the user or the group")
    role: str
    plugin_id: int | None = Field(default=None, foreign_key="plugin.id", ondelete="CASCADE")
    by_setting: bool = False
    granted_at: datetime


class AuditEntry(SQLModel, table=True):
    """One attempt to act: who, what, on which plugin if any, and what became of it, in words.

    Append-only; it outlives the plugin. `outcome` is an AuditOutcome.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (Index("audit_entry_of_person", "person_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    person_id: int = Field(foreign_key="person.id")
    action: str
    plugin_id: int | None = Field(
        default=None, foreign_key="plugin.id", index=True, ondelete="SET NULL"
    )
    outcome: str
    words: str
