"""What GitHub answers when it is asked. Frozen values for `record`."""

from dataclasses import dataclass

from models.github.facts import Fact, OwnerFact


@dataclass(frozen=True, slots=True)
class GithubDelivery:
    """A verified webhook delivery. `guid` is GitHub's id of it, the same when it is sent again."""

    guid: str
    event: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class GithubReading:
    """Facts that were read from GitHub's API. What is read of a repository for the `first` time is no news."""

    facts: tuple[Fact, ...]
    first: bool = False


@dataclass(frozen=True, slots=True)
class PluginFilesReading:
    """What a repository holds on its default branch: the texts of files, None for those that are not there or could
    not be read, of which `problems` tell. `is_plugin` says that there is a plugin.rb.

    `owners` are the logins, in lower case, that CODEOWNERS names for plugin.rb.
    """

    repository_id: int
    header: str | None
    compatibility: str | None
    owners: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    is_plugin: bool = True


@dataclass(frozen=True, slots=True)
class CompatBranchesReading:
    """The branches of a repository that hosts of one version each use in place of its default one."""

    repository_id: int
    branches: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FolderReading:
    """The plugin.rb in a plugin's folder of a repository, by the plugin's key in the master list.

    None where there is none, or it could not be read, of which the `problem` tells.
    """

    key: str
    header: str | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class OwnerReading:
    """What a repository's owner says of themselves."""

    owner: OwnerFact


@dataclass(frozen=True, slots=True)
class HostVersionReading:
    """The version that a host branch's own file names."""

    branch: str
    version: str


@dataclass(frozen=True, slots=True)
class HostCommitReading:
    """The version that the host's own file names at a commit; empty where it names none."""

    sha: str
    version: str


@dataclass(frozen=True, slots=True)
class LikelyCommit:
    """The commit that most likely broke a plugin since these commits, in words; all empty where none is clear.

    `ranked_by` is the mark of what it was found by.
    """

    incident: int
    bad_host_sha: str
    bad_plugin_sha: str
    ranked_by: str
    sha: str
    repository: str
    words: str


@dataclass(frozen=True, slots=True)
class FixLanded:
    """A commit that mends the one which most likely broke the plugin of an incident, in words."""

    incident: int
    likely_sha: str
    sha: str
    words: str


@dataclass(frozen=True, slots=True)
class HistoryReading:
    """Commits of a line of history (see `models.tables.commit`), the oldest first, as GitHub orders them.

    `asked` are those of which the order was asked; what is not among the commits is on another
    branch, or unknown. `whole` when commits that were never heard of are to be known, too.
    """

    line: str
    commits: tuple[str, ...]
    asked: tuple[str, ...] = ()
    whole: bool = False


@dataclass(frozen=True, slots=True)
class TopicsReading:
    """The topics of a repository as GitHub shows them; none of a private one, for tags are public."""

    repository_id: int
    topics: tuple[str, ...]
