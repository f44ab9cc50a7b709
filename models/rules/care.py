"""What people do about an incident, and what that means while they do the same at the same time. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# Two presses of one button are one wish, though the second one's mute would end a moment later.
_SAME = timedelta(minutes=1)


class Deed(StrEnum):
    """What somebody can do about an incident."""

    ACKNOWLEDGE = "acknowledge"
    CLAIM = "claim"
    RELEASE = "release"
    MUTE = "mute"
    UNMUTE = "unmute"
    FILE = "file"


class Effect(StrEnum):
    """What became of a deed: done, done before, too late since it is fixed, or in somebody else's hands."""

    DONE = "done"
    ALREADY = "already"
    STALE = "stale"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Care:
    """What people have done about an incident so far. People stand by their number, and by their name for show.

    It is muted while `muted_at` is set; without an `until`, until it is fixed. Its issue on GitHub was asked for at
    `filed_at`, and has its number in `issue` once it stands.
    """

    acknowledged_at: datetime | None = None
    acknowledger_id: int | None = None
    acknowledged_by: str | None = None
    owner_id: int | None = None
    owner: str | None = None
    muted_at: datetime | None = None
    muted_until: datetime | None = None
    muted_by: str | None = None
    mute_reason: str | None = None
    filed_at: datetime | None = None
    issue: int | None = None

    @property
    def is_muted(self) -> bool:
        """Whether nothing is to be said about the incident now."""
        return self.muted_at is not None


UNTOUCHED = Care()


@dataclass(frozen=True, slots=True)
class WantedDeed:
    """A deed that somebody wants done now. A mute has its end, if it ends by the clock, and a reason, if given.

    One without a reason keeps the reason of the mute that it replaces.
    """

    deed: Deed
    person_id: int
    is_admin: bool = False
    until: datetime | None = None
    reason: str = ""


def effect(attempt: WantedDeed, care: Care, *, is_open: bool) -> Effect:
    """What becomes of the attempt. What is fixed can only be unmuted any more."""
    if attempt.deed is Deed.UNMUTE:
        return Effect.DONE if care.is_muted else Effect.ALREADY
    if not is_open:
        return Effect.STALE
    match attempt.deed:
        case Deed.ACKNOWLEDGE:
            is_done = care.acknowledged_at is not None
        case Deed.CLAIM:
            return _claim(attempt, care)
        case Deed.RELEASE:
            return _release(attempt, care)
        case Deed.MUTE:
            is_done = _is_muted_so(attempt, care)
        case Deed.FILE:
            is_done = care.filed_at is not None
    return Effect.ALREADY if is_done else Effect.DONE


def _claim(attempt: WantedDeed, care: Care) -> Effect:
    if care.owner_id is None:
        return Effect.DONE
    return Effect.ALREADY if care.owner_id == attempt.person_id else Effect.TAKEN


def _release(attempt: WantedDeed, care: Care) -> Effect:
    if care.owner_id is None:
        return Effect.ALREADY
    return Effect.DONE if attempt.is_admin or care.owner_id == attempt.person_id else Effect.TAKEN


def _is_muted_so(attempt: WantedDeed, care: Care) -> bool:
    if not care.is_muted or (attempt.reason and care.mute_reason != attempt.reason):
        return False
    if attempt.until is None or care.muted_until is None:
        return attempt.until is care.muted_until
    return abs(attempt.until - care.muted_until) < _SAME
