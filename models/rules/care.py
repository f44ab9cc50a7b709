"""What people do about an incident, also when two do the same at the same time. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# What stands before the number of an outbreak whose incidents are acted on, all at once.
OUTBREAK = "outbreak"
# No database has a number of more than nine digits.
_INCIDENT_NUMBER = re.compile(r"#?([0-9]{1,9})")
_OUTBREAK_NUMBER = re.compile(rf"{OUTBREAK}\s+#?([0-9]{{1,9}})", re.IGNORECASE)

# A button pressed twice is one wish, though the mute of the second press would end a moment later.
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
    """What became of a deed.

    It was done, it had been done already, it is too late because the incident is fixed (`STALE`),
    or somebody else owns the incident (`TAKEN`).
    """

    DONE = "done"
    ALREADY = "already"
    STALE = "stale"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Care:
    """What people have done about an incident so far. People have an id, and a name to be shown.

    It is muted while `muted_at` is set: until `muted_until`, or if that is None until it is fixed.
    Its issue on GitHub was asked for at `filed_at`; `issue` is its number once GitHub has it.
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
        """Whether nothing is announced about the incident now."""
        return self.muted_at is not None


UNTOUCHED = Care()


@dataclass(frozen=True, slots=True)
class WantedDeed:
    """A deed that somebody wants done now.

    `until` and `reason` belong to a mute. Without `until` it lasts until the incident is fixed;
    without `reason` it keeps the reason of the mute that it replaces.
    """

    deed: Deed
    person_id: int
    is_admin: bool = False
    until: datetime | None = None
    reason: str = ""


def effect(wanted: WantedDeed, care: Care, *, is_open: bool) -> Effect:
    """What becomes of the wanted deed. A fixed incident can only be unmuted."""
    if wanted.deed is Deed.UNMUTE:
        return Effect.DONE if care.is_muted else Effect.ALREADY
    if not is_open:
        return Effect.STALE
    match wanted.deed:
        case Deed.CLAIM:
            return _claim(wanted, care)
        case Deed.RELEASE:
            return _release(wanted, care)
        case Deed.ACKNOWLEDGE:
            is_done = care.acknowledged_at is not None
        case Deed.MUTE:
            is_done = _is_muted_so(wanted, care)
        case Deed.FILE:
            is_done = care.filed_at is not None
    return Effect.ALREADY if is_done else Effect.DONE


def _claim(wanted: WantedDeed, care: Care) -> Effect:
    if care.owner_id is None:
        return Effect.DONE
    if care.owner_id == wanted.person_id:
        return Effect.ALREADY
    return Effect.TAKEN


def _release(wanted: WantedDeed, care: Care) -> Effect:
    if care.owner_id is None:
        return Effect.ALREADY
    if wanted.is_admin or care.owner_id == wanted.person_id:
        return Effect.DONE
    return Effect.TAKEN


def _is_muted_so(wanted: WantedDeed, care: Care) -> bool:
    """Whether it is muted already, with the same reason and the same end."""
    if not care.is_muted:
        return False
    if wanted.reason and wanted.reason != care.mute_reason:
        return False
    if wanted.until is None or care.muted_until is None:
        return wanted.until is care.muted_until
    return abs(wanted.until - care.muted_until) < _SAME


def outbreak_number(subject: str) -> int | None:
    """The number of the outbreak that is meant; None where something else is."""
    found = _OUTBREAK_NUMBER.fullmatch(subject)
    return int(found[1]) if found else None


def incident_numbers(words: str) -> tuple[int, ...]:
    """The numbers of the incidents that are meant, as in “1 2, #3”; none where something else is."""
    found = [incident_number(word) for word in words.replace(",", " ").split()]
    numbers = tuple(number for number in found if number is not None)
    return tuple(dict.fromkeys(numbers)) if len(numbers) == len(found) else ()


def is_numbered(words: str) -> bool:
    """Whether an incident or an outbreak is meant, by its number."""
    return incident_number(words) is not None or outbreak_number(words) is not None


def incident_number(words: str) -> int | None:
    """The number of the incident that is meant, with or without #; None where something else is."""
    found = _INCIDENT_NUMBER.fullmatch(words)
    return int(found[1]) if found else None
