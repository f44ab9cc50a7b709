"""What can happen: frozen values that a door parses and `record` takes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from models.events.admission import Admission, ChannelOpened
from models.events.canary import ArtefactUpload, CanaryReport, RunWanted
from models.events.closing import IncidentClosing
from models.events.declaring import DeclarationWish, DetailEdit
from models.events.extensions import (
    CiSaid,
    Decorated,
    ExtensionDelivery,
    ExtensionVerdict,
    ExtensionWish,
    InstallWish,
    OptionWish,
    UseWish,
)
from models.events.filing import BugReport, FilingStyle, IssueRefused, IssueStands, StepSaid
from models.events.following import ChannelStyle, Following, LoginClaim, ProfileRead
from models.events.github import (
    CompatBranchesReading,
    FixLanded,
    FolderReading,
    GithubDelivery,
    GithubReading,
    HistoryReading,
    HostCommitReading,
    HostVersionReading,
    LikelyCommit,
    OwnerReading,
    PluginFilesReading,
    TopicsReading,
)
from models.events.key_limits import KeyBeyond
from models.events.key_requests import FileSeen, FileWanted, KeyApproval, KeyAsked, KeyTaken
from models.events.lines import PluginError
from models.events.mailboxes import MailWish
from models.events.master_list import MasterListEvent
from models.events.roles import RoleChange
from models.events.silence import (
    BranchesLeft,
    DigestsDue,
    DigestWish,
    GivenUpDue,
    Overdue,
    Ping,
    RemindersDue,
    SilenceCheck,
)
from models.events.statistics import Statistics
from models.events.upgrades import UpgradePlan
from models.messages.message import Message
from models.rules.care import Deed
from models.rules.ecosystems import Ecosystem
from models.rules.key_limits import MOST_NEW_NAMES, KeyLimit
from models.rules.kinds import SiteKind
from models.rules.people import Actor
from models.rules.privacy import PUBLIC, Clearance
from models.rules.status import Verdict
from models.rules.traits import ErrorTraits


@dataclass(frozen=True, slots=True)
class Observation:
    """One plugin's line of a report. `name` is as it was sent; message and backtrace are already redacted and cut, and
    where an error came from outside, its `traits` are read.
    """

    name: str
    handle: str
    branch: str
    sha: str
    verdict: Verdict
    message: str | None = None
    backtrace: str | None = None
    traits: ErrorTraits | None = None


@dataclass(frozen=True, slots=True)
class Reporter:
    """The verified sender: its key, the kind of site that the key stands for, and the site's domain."""

    key_id: int
    kind: SiteKind
    domain: str


@dataclass(frozen=True, slots=True)
class GuardReport:
    """What a Plugin Guard says of the plugins on its site. `rejected` lines were refused while parsing.

    All are plugins of one `ecosystem`; None stands for whichever has the name. Of branches and commits of which nobody
    spoke before, `most_new` may be named by its key. `put_off` is why only what changes nothing is taken, if so.
    """

    reporter: Reporter
    host_branch: str
    host_sha: str
    observations: tuple[Observation, ...]
    rejected: tuple[PluginError, ...] = ()
    ecosystem: Ecosystem | None = None
    most_new: int = MOST_NEW_NAMES
    put_off: str | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """A site names the plugins that it will report on: (name as sent, handle) pairs, as in a report."""

    reporter: Reporter
    names: tuple[tuple[str, str], ...]
    ecosystem: Ecosystem | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody does something about the incident of this number, or the open ones of the plugin of this name.

    `branch` narrows them to a host branch. `length` is a mute's, or the day on which that ends;
    without one it lasts until the incident is fixed.
    `reason` is redacted and cut. What is not `allowed` to be known where it was said cannot be acted on there.
    """

    actor: Actor
    deed: Deed
    subject: str
    branch: str = ""
    length: timedelta | date | None = None
    reason: str = ""
    allowed: Clearance = PUBLIC


@dataclass(frozen=True, slots=True)
class StepsLeft:
    """A batch left steps of incidents to announce."""


@dataclass(frozen=True, slots=True)
class MutesOver:
    """The clock has moved: mutes whose time is up end, `limit` of them at the most."""

    limit: int


Event = (
    GuardReport
    | Registration
    | Statistics
    | Overdue
    | GithubDelivery
    | CanaryReport
    | ArtefactUpload
    | Act
    | RoleChange
    | MutesOver
    | Following
    | ChannelStyle
    | LoginClaim
    | ProfileRead
    | GithubReading
    | PluginFilesReading
    | CompatBranchesReading
    | TopicsReading
    | HistoryReading
    | HostCommitReading
    | HostVersionReading
    | LikelyCommit
    | FixLanded
    | OwnerReading
    | FolderReading
    | BugReport
    | FilingStyle
    | IssueStands
    | StepSaid
    | StepsLeft
    | IssueRefused
    | RunWanted
    | BranchesLeft
    | SilenceCheck
    | Ping
    | DigestWish
    | DigestsDue
    | RemindersDue
    | GivenUpDue
    | Admission
    | ChannelOpened
    | DeclarationWish
    | DetailEdit
    | UpgradePlan
    | ExtensionWish
    | InstallWish
    | UseWish
    | OptionWish
    | ExtensionVerdict
    | MailWish
    | ExtensionDelivery
    | CiSaid
    | Decorated
    | KeyAsked
    | FileWanted
    | FileSeen
    | KeyApproval
    | KeyTaken
    | KeyBeyond
    | IncidentClosing
    | MasterListEvent
)


class Denial(StrEnum):
    """Why what a canary with a valid key said of a run was not recorded."""

    FOREIGN = "foreign"  # our own canary made the run
    UNKNOWN = "unknown"  # there is no such run
    FINAL = "final"  # the run has finished, and ended otherwise
    TOO_MANY = "too many"  # the server has as many runs as are kept


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an event, recorded `at`.

    `refused` is set, and nothing was recorded, when its key is no longer valid, `denied` when the canary may not say
    this, and `beyond` when some was refused, for its key used this up; `number` counts what it touched, `new` what it
    added where that is bounded, and `answer` is what a person who acted is told. `call` is the call of an extension
    whose answer they are told in its place.
    """

    accepted: tuple[str, ...] = ()
    errors: tuple[PluginError, ...] = ()
    refused: str | None = None
    denied: Denial | None = None
    beyond: KeyLimit | None = None
    number: int = 0
    new: int = 0
    at: datetime | None = None
    answer: Message | None = None
    call: int | None = None
