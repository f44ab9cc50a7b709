"""What people do about the master list. Frozen values for `record`."""

from dataclasses import dataclass

from models.rules.authority import Power
from models.rules.people import Actor
from models.rules.places import Place
from models.rules.privacy import PUBLIC, Clearance


@dataclass(frozen=True, slots=True)
class PluginRemoval:
    """Somebody takes a plugin off the master list, for which they need the `power`; `reason` is a part of a sentence.

    What is not `allowed` to be known where it was said is not told in the answer.
    """

    actor: Actor
    plugin: str
    reason: str
    power: Power = Power.TEST
    allowed: Clearance = PUBLIC


@dataclass(frozen=True, slots=True)
class PluginSubmission:
    """Somebody wants a plugin on the master list: `text` is its repository's name or address.

    What becomes of it is told at the `place`.
    """

    actor: Actor
    place: Place
    text: str
    allowed: Clearance = PUBLIC


@dataclass(frozen=True, slots=True)
class SubmissionRead:
    """What GitHub shows of the repository of a submission: its plugin.rb and its topics, or a `problem`, in words.

    With `trouble`, it did not answer, and is asked again.
    """

    submission_id: int
    header: str | None = None
    topics: tuple[str, ...] = ()
    problem: str = ""
    trouble: bool = False


@dataclass(frozen=True, slots=True)
class SubmissionDecision:
    """A guardian takes a submission to the master list, or declines it.

    What is not `allowed` to be known where it was said is not told in the answer.
    """

    actor: Actor
    number: int
    accepts: bool
    reason: str = ""
    allowed: Clearance = PUBLIC


@dataclass(frozen=True, slots=True)
class PreviewWanted:
    """A guardian wants to see what a repository says of itself: `text` is its name or address."""

    actor: Actor
    text: str


@dataclass(frozen=True, slots=True)
class PreviewRead:
    """What GitHub shows of a repository that somebody wants to see; the fields are a SubmissionRead's."""

    preview_id: int
    header: str | None = None
    topics: tuple[str, ...] = ()
    problem: str = ""
    trouble: bool = False


@dataclass(frozen=True, slots=True)
class PreviewTaken:
    """A guardian takes the plugin to the master list that a preview showed under this name."""

    actor: Actor
    name: str


MasterListEvent = (
    PluginRemoval
    | PluginSubmission
    | SubmissionRead
    | SubmissionDecision
    | PreviewWanted
    | PreviewRead
    | PreviewTaken
)
