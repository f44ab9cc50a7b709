"""What the queries answer of GitHub: frozen values, as those of `models.views`."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """A published release. `author` is the GitHub login of who published it, where GitHub told it."""

    tag: str
    name: str
    prerelease: bool
    published_at: datetime
    author: str = ""


@dataclass(frozen=True, slots=True)
class IssueView:
    """An issue on GitHub. `labels` are the names that they have now."""

    number: int
    title: str
    state: str
    labels: tuple[str, ...]
    comments: int
    created_at: datetime
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class IssueList:
    """Issues in one state, the newest first: `total` of them, of which some are shown.

    All bear the labels that were `asked` for. `labels` are the ones that any issue in this state
    bears.
    """

    state: str
    asked: tuple[str, ...]
    issues: tuple[IssueView, ...]
    total: int
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RepositoryView:
    """A plugin's repository as GitHub tells of it; `head_sha` is its default branch's newest
    commit.

    `licence` is an SPDX id, and `owner_kind` User or Organization, where GitHub told them.

    `newest_issues` are a few of the open ones. `release` is the newest that is no prerelease, else
    the newest; `releases` are a few, the newest first.
    """

    full_name: str
    private: bool
    archived: bool
    deleted: bool
    default_branch: str | None
    head_sha: str | None
    head_at: datetime | None
    open_issues: int = 0
    newest_issues: tuple[IssueView, ...] = ()
    release: ReleaseView | None = None
    releases: tuple[ReleaseView, ...] = ()
    licence: str | None = None
    owner_kind: str | None = None

    @property
    def state(self) -> str:
        """Empty, or "archived", or "deleted"."""
        if self.deleted:
            return "deleted"
        return "archived" if self.archived else ""


@dataclass(frozen=True, slots=True)
class ReadingView:
    """What was read on GitHub about a plugin.

    `read_at` is the last success, `problems` what its maintainers should mend, `failed` what could
    not be read. `owners` are the logins that its CODEOWNERS names.
    """

    read_at: datetime | None = None
    problems: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
