"""What happens because nothing was heard, and what keeps it from happening.

Frozen values for `record`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.messages.message import Message
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
class ComposedDigest:
    """What a destination is told in the digest of this `slot`; None where there is nothing to tell.

    A `private` one tells of a private plugin what not everyone may know.
    """

    destination_id: int
    slot: str
    message: Message | None = None
    private: bool = False


@dataclass(frozen=True, slots=True)
class DigestsDue:
    """The clock has moved: these digests are due, and were composed in a reader's transaction just before."""

    digests: Sequence[ComposedDigest]


@dataclass(frozen=True, slots=True)
class GivenUpDue:
    """A week has passed: guardians are told of plugins that nobody keeps, and who still runs them."""


@dataclass(frozen=True, slots=True)
class RemindersDue:
    """The clock has moved: guardians are reminded of what nobody takes care of, of `limit` incidents at the most."""

    limit: int
