"""What GitHub tells of continuous integration."""

from datetime import datetime

from sqlmodel import BigInteger, Field, Index, SQLModel


class CiRun(SQLModel, table=True):
    """A completed workflow run, check suite or check run, by `kind` and GitHub's id; `suite_id` joins the three.

    `name` is the workflow's or the check's; `branch` is empty for a fork's pull request, which
    judges no branch, and is stored when it begins, without a `conclusion`. `message` is a check's title and summary.
    """

    __tablename__ = "ci_run"
    __table_args__ = (
        Index("ci_run_of_branch", "repository_id", "branch", "started_at"),
        Index("ci_run_of_suite", "suite_id"),
    )

    kind: str = Field(primary_key=True)
    github_id: int = Field(primary_key=True, sa_type=BigInteger)
    repository_id: int = Field(sa_type=BigInteger)
    suite_id: int = Field(sa_type=BigInteger)
    name: str
    branch: str | None = None
    sha: str
    conclusion: str
    started_at: datetime
    completed_at: datetime
    message: str | None = None
    version: str
