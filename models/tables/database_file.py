"""Where SQLite's file was when a process last started on it."""

from datetime import datetime

from sqlalchemy import BigInteger, Column
from sqlmodel import Field, SQLModel


class DatabaseFile(SQLModel, table=True):
    """The one row that tells a copy from the file that it was copied from: a copy has another `inode`.

    `plain_copy_at` is since when it stands here, if nothing stood beside it and `backup` had not
    made it.
    """

    __tablename__ = "database_file"

    id: int | None = Field(default=None, primary_key=True)
    inode: int = Field(sa_column=Column(BigInteger, nullable=False))
    plain_copy_at: datetime | None = None
