"""What GitHub tells of those who own repositories."""

from sqlalchemy import event
from sqlmodel import Field, SQLModel


class RepositoryOwner(SQLModel, table=True):
    """What a person or an organisation says of themselves on GitHub; `login_key` is the login in lower case.

    `words` are the description without regard to case, written whenever the owner is.
    """

    __tablename__ = "repository_owner"

    login_key: str = Field(primary_key=True)
    email: str | None = None
    website: str | None = None
    description: str | None = None
    words: str = ""


@event.listens_for(RepositoryOwner, "before_insert")
@event.listens_for(RepositoryOwner, "before_update")
def _fold(_mapper: object, _connection: object, owner: RepositoryOwner) -> None:
    owner.words = (owner.description or "").casefold()
