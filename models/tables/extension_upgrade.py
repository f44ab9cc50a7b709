"""Versions of extensions that are tried beside the ones that are on."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class ExtensionUpgrade(SQLModel, table=True):
    """A version that takes the place of the one that is on once it greeted; the columns are as those of `extension`.

    `why` says in words for what it did not; it is blank while it is to be tried.
    """

    __tablename__ = "extension_upgrade"

    id: int | None = Field(default=None, primary_key=True)
    extension_id: int = Field(foreign_key="extension.id", ondelete="CASCADE", unique=True)
    version: str
    manifest: str
    folder: str
    digest: str
    agreed_by_id: int = Field(foreign_key="person.id")
    agreed_at: datetime
    agreed_terms: str
    asked_at: datetime
    why: str = ""
