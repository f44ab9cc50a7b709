"""When a watched source counts as silent. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from models.rules.smoke import LONGEST_RUN
from models.rules.watched import WATCHED, WatchedKind


class Trouble(StrEnum):
    """What is wrong with a source: it says itself that it fails; or it was heard and is not any more, was never heard,
    or began something and never told how that ended; or it tells of more than anybody can look at.
    """

    FAILING = "failing"
    SILENT = "silent"
    NEVER = "never"
    UNFINISHED = "unfinished"
    FLOODING = "flooding"


SILENCES = frozenset({Trouble.SILENT, Trouble.NEVER, Trouble.UNFINISHED})


@dataclass(frozen=True, slots=True)
class Sighting:
    """A source as its tables show it now. It is expected `since`, unless it is not `expected` any more.

    `said` is what was heard last, in words. `begun_at` is set while something goes on that ought to end after
    `ends_after`. `allowed` is set where somebody said how long it may be silent.
    """

    kind: WatchedKind
    name: str
    since: datetime
    heard_at: datetime | None = None
    said: str = ""
    begun_at: datetime | None = None
    ends_after: timedelta = timedelta(0)
    allowed: timedelta | None = None
    expected: bool = True


_HOUR = timedelta(hours=1)

# A run that tells nothing for this long after it began never ends; the extra minutes are for its last report.
RUN_ENDS_AFTER = LONGEST_RUN + timedelta(minutes=5)

# The longest gap of each of the last ten days on which something was heard tells the rhythm, from three such days on.
_DAYS_KEPT = 10
_DAYS_NEEDED = 3

# From three sources on that fall silent together, one message lists them.
TOGETHER = 3
TOGETHER_WITHIN = timedelta(hours=1)

# A silence that comes this soon is worth a look now.
SOON = timedelta(hours=6)


def allowance(kind: WatchedKind, gaps: Mapping[str, float]) -> timedelta:
    """How long a source of this kind may be silent; `gaps` are the longest ones in seconds, by day."""
    patience = WATCHED[kind].patience
    longest = (
        timedelta(seconds=max(gaps.values())) if len(gaps) >= _DAYS_NEEDED else patience.assumed
    )
    return min(max(longest * patience.stretch + _HOUR, patience.least), patience.most)


def with_gap(gaps: Mapping[str, float], day: date, gap: timedelta) -> dict[str, float]:
    """The gaps with one more, that ended on this day."""
    key, seconds = day.isoformat(), gap.total_seconds()
    known = {**gaps, key: max(seconds, gaps.get(key, 0))}
    return dict(sorted(known.items())[-_DAYS_KEPT:])


def due(
    since: datetime, allowed: timedelta, absences: Sequence[tuple[datetime, datetime]]
) -> datetime:
    """When a silence since then is too long. While we were absent, in (begin, end) spans, nobody could be heard."""
    end = since + allowed
    for begins, ends in _merged(absences):
        if begins >= end:
            break
        end += max(ends - max(begins, since), timedelta(0))
    return end


def listened(
    start: datetime, end: datetime, absences: Sequence[tuple[datetime, datetime]]
) -> timedelta:
    """How much of this time we were there to hear."""
    away = (min(ends, end) - max(begins, start) for begins, ends in _merged(absences))
    return end - start - sum((each for each in away if each > timedelta(0)), timedelta(0))


def trouble(
    sighting: Sighting, due_at: datetime, ends_by: datetime | None, now: datetime
) -> Trouble | None:
    """What is wrong with the source, if anything; `due_at` is when its silence is too long, and `ends_by` when what
    goes on ought to have ended.
    """
    if not sighting.expected:
        return None
    if ends_by is not None:
        return Trouble.UNFINISHED if now > ends_by else None
    if now <= due_at:
        return None
    return Trouble.NEVER if sighting.heard_at is None else Trouble.SILENT


def _merged(absences: Sequence[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    merged: list[tuple[datetime, datetime]] = []
    for begins, ends in sorted(absences):
        if merged and begins <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(ends, merged[-1][1]))
        else:
            merged.append((begins, ends))
    return merged
