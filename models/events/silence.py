"""What happens because nothing was heard, and what keeps it from happening.

Frozen values for `record`.
"""

from dataclasses import dataclass
from enum import StrEnum

from models.rules.digest import DigestTime
from models.rules.people import Actor
from models.rules.places import Place


@dataclass(frozen=True, slots=True)
class Overdue:
    """The clock has moved: verdicts that passed their source's deadline turn unknown, `limit` of them at the most."""

    limit: int


@dataclass(frozen=True, slots=True)
class BranchesLeft:
    """The clock has moved: which branches are broken that nobody runs any more, `limit` incidents at the most?"""

    limit: int


@dataclass(frozen=True, slots=True)
class SilenceCheck:
    """The clock has moved: who ought to have been heard by now?

    GitHub is, where it is listened to.
    """

    github_listened: bool = False


class Signal(StrEnum):
    """What a cron job says."""

    START = "start"
    FINISH = "finish"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Ping:
    """A cron job calls. It is known by the SHA-256 of its secret; its log is redacted and cut."""

    digest: str
    signal: Signal
    exit_code: int | None = None
    log: str = ""


@dataclass(frozen=True, slots=True)
class DigestWish:
    """Somebody says when a place gets its digest, or asks when it does."""

    actor: Actor
    place: Place
    wanted: DigestTime


@dataclass(frozen=True, slots=True)
class DigestsDue:
    """The clock has moved: digests are due, and sent to `limit` destinations at the most."""

    limit: int


@dataclass(frozen=True, slots=True)
class GivenUpDue:
    """A week has passed: guardians are told of plugins that nobody keeps, and who still runs them."""


@dataclass(frozen=True, slots=True)
class RemindersDue:
    """The clock has moved: guardians are reminded of what nobody takes care of, of `limit` incidents at the most."""

    limit: int
