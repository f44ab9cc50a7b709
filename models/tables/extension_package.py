"""The packages of extensions that lie in `incoming`, as the jobs process found them."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.tables.stored import StoredList


class ExtensionPackage(SQLModel, table=True):
    """A package by the name of its file, with why it is refused. `stamp` tells whether it may have changed since.

    Where its manifest cannot be read, handle, version and manifest are blank. Whoever wants it installed stands in
    `ordered_by_id`, with the code of the terms that they agreed to.
    """

    __tablename__ = "extension_package"

    id: int | None = Field(default=None, primary_key=True)
    file: str = Field(unique=True)
    stamp: str
    handle: str
    version: str
    manifest: str
    problems: list[str] = Field(default_factory=list, sa_type=StoredList)
    seen_at: datetime
    ordered_by_id: int | None = Field(default=None, foreign_key="person.id")
    ordered_code: str | None = None
