"""What asking GitHub needs to remember: how far it came, what GitHub still allows, and who owns the code."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class GithubSync(SQLModel, table=True):
    """How far a task came with its subject: a repository by GitHub's id, or what the task itself calls it.

    `etag` is of the last whole answer, `since` is until when all is known, as the task counts. It
    was asked at `asked_at`, and with success at `done_at`; `problem` says why not, in words for
    people.
    """

    __tablename__ = "github_sync"

    subject: str = Field(primary_key=True)
    task: str = Field(primary_key=True)
    etag: str | None = None
    since: datetime | None = None
    asked_at: datetime | None = None
    done_at: datetime | None = None
    problem: str | None = None


class GithubBudget(SQLModel, table=True):
    """What GitHub allows an identity, as it said at `heard_at`: so many requests until `reset_at`.

    Until `blocked_until` it is not asked at all; `strikes` counts the refusals in a row that came
    without a time. `problem` says why GitHub refuses the identity itself.
    """

    __tablename__ = "github_budget"

    identity: str = Field(primary_key=True)
    allowed: int | None = None
    remaining: int | None = None
    reset_at: datetime | None = None
    blocked_until: datetime | None = None
    strikes: int = 0
    heard_at: datetime
    problem: str | None = None


class CodeOwner(SQLModel, table=True):
    """A GitHub login, in lower case, that CODEOWNERS names for a plugin's plugin.rb."""

    __tablename__ = "code_owner"

    plugin_id: int = Field(foreign_key="plugin.id", primary_key=True, ondelete="CASCADE")
    login_key: str = Field(primary_key=True, index=True)
