"""What happens around issues that are filed from here. Frozen values for `record`."""

from dataclasses import dataclass

from models.messages.message import Message
from models.rules.people import Actor
from models.rules.places import Place
from models.rules.privacy import PUBLIC, Clearance
from models.rules.report_steps import ReportMove


@dataclass(frozen=True, slots=True)
class BugReport:
    """Somebody reports a bug of a plugin. `answers` are the form's, (name of the field, words); told at `place`, as far
    as it is `allowed` to be known.

    What is used at `asked_in` may add steps. With a `move` it is about the one of this number, behind the form, which
    is the first one.
    """

    actor: Actor
    place: Place
    plugin: str
    answers: tuple[tuple[str, str], ...]
    allowed: Clearance = PUBLIC
    asked_in: Place | None = None
    move: ReportMove | None = None
    step: int = 1


@dataclass(frozen=True, slots=True)
class StepSaid:
    """What an extension says to what was filled into its step of a report that is not finished, which was stored under
    this `token`.
    """

    draft: int
    step: int
    token: str
    said: Message


@dataclass(frozen=True, slots=True)
class FilingStyle:
    """Somebody says whether a plugin's incidents become issues by themselves, and whether those are closed when fixed.

    What is None stays as it is; both ask how it is. What is not `allowed` to be known where it was said is not found.
    """

    actor: Actor
    plugin: str
    files: bool | None = None
    closes: bool | None = None
    allowed: Clearance = PUBLIC


@dataclass(frozen=True, slots=True)
class IssueStands:
    """GitHub took an issue that was filed here, under this number."""

    conversation: str
    number: int


@dataclass(frozen=True, slots=True)
class IssueRefused:
    """GitHub will never take an issue that was filed here, for a reason in words."""

    conversation: str
    reason: str
