"""Keys of the machines that report."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class ApiKey(SQLModel, table=True):
    """A key, known only by the SHA-256 of its text; the text is shown once, when it is made."""

    __tablename__ = "api_key"

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    name: str
    domain: str | None = None
    digest: str = Field(unique=True, description="SHA-256 of the key, in hexadecimal")
    hint: str = Field(description="the key's last four characters, to tell keys apart")
    created_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    by_approval: bool = Field(
        default=False,
        description="its site's admin asked for it in a browser; the next one ends it",
    )
