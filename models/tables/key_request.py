"""Keys that sites' admins ask for in a browser."""

from datetime import datetime

from sqlmodel import Field, Index, SQLModel


class KeyRequest(SQLModel, table=True):
    """A request: for which domain, where the answer goes and who alone can read it, and how far it is.

    Its token and its code are known only by their SHA-256. `payload` has the key, encrypted with the site's own
    public key.
    """

    __tablename__ = "key_request"
    __table_args__ = (Index("key_request_of_domain", "domain"),)

    id: int | None = Field(default=None, primary_key=True)
    token_sha256: str = Field(unique=True)
    code_sha256: str
    domain: str
    auth_redirect: str
    public_key: str = Field(description="PEM")
    nonce: str
    application: str
    asked_at: datetime
    wanted_at: datetime | None = Field(
        default=None, index=True, description="since when the file is to be looked for"
    )
    looked_at: datetime | None = None
    trouble: str = Field(default="", description="why the last look proved nothing, in words")
    proven_at: datetime | None = None
    approved_by: str | None = Field(default=None, description="the guardian, where one vouched")
    payload: str | None = None
