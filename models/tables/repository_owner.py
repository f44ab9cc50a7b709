"""What GitHub tells of those who own repositories."""

from sqlmodel import Field, SQLModel


class RepositoryOwner(SQLModel, table=True):
    """What a person or an organisation says of themselves on GitHub; `login_key` is the login in lower case."""

    __tablename__ = "repository_owner"

    login_key: str = Field(primary_key=True)
    email: str | None = None
    website: str | None = None
    description: str | None = None
