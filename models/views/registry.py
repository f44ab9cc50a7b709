"""What is known of a plugin's limits, and of which plugins go together: frozen values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.rules.declaring import PEOPLE, Fact, Standing
from models.rules.status import Verdict


@dataclass(frozen=True, slots=True)
class DeclarationView:
    """A fact that somebody declared of the plugin called `handle`.

    `versions` is a range of the host's versions, of its runtime's or of the `other` plugin's, `of`
    one of the plugin's own; all of them where it is empty.
    """

    handle: str
    fact: Fact
    standing: Standing | None = None
    versions: str = ""
    other: str = ""
    of: str = ""
    reason: str = ""
    source: str = PEOPLE


class SetAnswer(StrEnum):
    """What can be said of a set of plugins on a host."""

    WORKS = "works"
    WORKS_WITH_PINS = "works with pins"
    NOT_KNOWN = "not known"
    BREAKS = "breaks"


class Why(StrEnum):
    """Why a set breaks, or why it is not known to work."""

    NO_PLUGIN = "no plugin"
    NOT_WATCHED = "not watched"
    OTHER_HOST = "other host"
    REMOVED = "removed"
    NEEDS_HOST = "needs host"
    BREAKS_ON_HOST = "breaks on host"
    NEEDS_RUNTIME = "needs runtime"
    FAILS = "fails"
    FAILS_AT_SITES = "fails at sites"
    MISSING = "missing"
    OTHER_VERSION = "other version"
    OPTIONAL_VERSION = "optional version"
    CONFLICT = "conflict"
    TOGETHER = "together"
    TOO_DEEP = "too deep"
    PAIR = "pair"
    PAIR_PERHAPS = "pair perhaps"
    ODD_VERSION = "odd version"
    NO_HOST_VERSION = "no host version"
    NO_REPORT = "no report"
    FEW_SITES = "few sites"
    OLDER_HOST = "older host"
    NO_VERSION = "no version"
    DEPRECATED = "deprecated"
    UNTESTED = "untested"
    RUNTIME_LIMIT = "runtime limit"
    CAN_USE = "can use"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, and the plugins by handle that it is about: the smallest set of them for which it holds.

    `range` is a range of versions that somebody declared, `found` what was met in its place;
    `source` says who says so, and `words` why, as they put it. Of a pair, `together` and `apart`
    are at how many sites it fails, and of how many, and `chance` is how probable that would be if
    they had nothing to do with each other.
    """

    why: Why
    handles: tuple[str, ...]
    range: str = ""
    found: str = ""
    source: str = ""
    words: str = ""
    together: tuple[int, int] = (0, 0)
    apart: tuple[int, int] = (0, 0)
    chance: float = 1.0


@dataclass(frozen=True, slots=True)
class MemberView:
    """A plugin of the set: which `version` or `commit` of it was looked at, both empty for the newest.

    It is `pinned` where its .discourse-compatibility, or a branch for this host's version, says so. `verdict` is what
    was observed there, `seen_by` the sources that said so last, and `well` and `failing` count sites.
    """

    handle: str
    version: str = ""
    commit: str = ""
    pinned: bool = False
    verdict: Verdict = Verdict.UNKNOWN
    seen_by: tuple[str, ...] = ()
    well: int = 0
    failing: int = 0


@dataclass(frozen=True, slots=True)
class CheckView:
    """Whether a set of plugins would work on a host branch, with the evidence.

    `reasons` say why it breaks, `doubts` why that is not known, and `notes` what else to know.
    The nearest set that is not known to break is without `dropped` and with `added`.
    """

    branch: str
    host_version: str
    answer: SetAnswer
    members: tuple[MemberView, ...]
    reasons: tuple[Reason, ...] = ()
    doubts: tuple[Reason, ...] = ()
    notes: tuple[Reason, ...] = ()
    dropped: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GivenUpView:
    """A plugin that should not be used any more, or that nobody keeps, and at how many sites it still runs.

    `standing` is what people or GitHub say, with the `reason`; without one it is abandoned: it has
    been broken on a host branch since then, and nobody has pushed to it since `pushed_at`. `domains`
    are some of the sites, for those who may know them.
    """

    handle: str
    standing: Standing | None = None
    reason: str = ""
    of: str = ""
    host_branch: str = ""
    broken_since: datetime | None = None
    pushed_at: datetime | None = None
    sites: int = 0
    domains: tuple[str, ...] = ()
    private: bool = False


@dataclass(frozen=True, slots=True)
class UpgradeView:
    """Whether the plugins of a site would work on the host branch that it is to be upgraded to."""

    domain: str
    checked: CheckView
