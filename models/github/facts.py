"""What GitHub says, parsed into frozen values, each with the `version` that sorts it among its
kind.

GitHub sends late, twice and out of order; of two facts about one thing the one with the greater
version holds.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class OwnerFact:
    """What a repository's owner says of themselves; what they say nothing of is empty."""

    login: str
    email: str = ""
    website: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class RepositoryFact:
    """A repository as it was then; `former_names` are names that it is said to have borne before.
    `at` is the time of that, where it was told.

    `licence` is its SPDX id and `owner_kind` User or Organization, where that was told.
    """

    github_id: int
    full_name: str
    private: bool
    archived: bool
    deleted: bool
    default_branch: str | None
    version: str
    former_names: tuple[str, ...] = ()
    at: datetime | None = None
    licence: str | None = None
    owner_kind: str | None = None


@dataclass(frozen=True, slots=True)
class PushFact:
    """A branch's newest commit, pushed `at`."""

    repository_id: int
    branch: str
    sha: str
    at: datetime


@dataclass(frozen=True, slots=True)
class IssueFact:
    """An issue as it was then. `labels` are (id, name) pairs; a `gone` one was deleted or
    transferred away.

    One that was filed from here bears the `marker` that was hidden in it.
    """

    github_id: int
    repository_id: int
    number: int
    title: str
    state: str
    author: str
    labels: tuple[tuple[int, str], ...]
    comments: int
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    gone: bool
    version: str
    marker: str = ""


@dataclass(frozen=True, slots=True)
class LabelFact:
    """A label was given the name `given`, lost the name `taken`, or both; or it was deleted."""

    github_id: int
    repository_id: int
    given: str | None = None
    taken: str | None = None
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class LabelsFact:
    """All labels that a repository has, as (id, name) pairs: it has no other ones."""

    repository_id: int
    labels: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class CiFact:
    """A completed workflow run, check suite or check run, as `CiRun` stores it.

    Without a `conclusion` it has only begun, for a fork, and so has no `branch` either.
    """

    kind: str
    github_id: int
    repository_id: int
    suite_id: int
    name: str
    branch: str | None
    sha: str
    conclusion: str
    started_at: datetime
    completed_at: datetime
    message: str | None
    version: str


@dataclass(frozen=True, slots=True)
class ReleaseFact:
    """A release as it was then. One that was never published is a draft; a `gone` one was deleted
    or unpublished.

    `announced` when this very delivery says that it was published.
    """

    github_id: int
    repository_id: int
    tag: str
    name: str
    prerelease: bool
    published_at: datetime | None
    gone: bool
    version: str
    announced: bool = False
    author: str = ""


@dataclass(frozen=True, slots=True)
class AppFact:
    """A GitHub App's installation in an account, and the repositories that it was given or lost
    in this delivery.
    """

    github_id: int
    account: str
    state: str
    version: str
    removed: tuple[int, ...] = ()


Fact = (
    RepositoryFact | PushFact | IssueFact | LabelFact | LabelsFact | CiFact | ReleaseFact | AppFact
)
