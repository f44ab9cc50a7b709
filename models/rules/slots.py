"""When a job is due. A slot follows from the rhythm alone, so it is the same in every process."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# The day of a moment in a zone, and the days around it, one of which has the slot before and one the slot after it.
_DAYS = tuple(timedelta(days) for days in range(-2, 3))

# A job that has not begun for so long after its time is late; every jobs process looks once a second.
GRACE = timedelta(minutes=2)


class Ended(StrEnum):
    """How a run of a job ended. It is `lost` where its process ended without a word of it."""

    DONE = "done"
    FAILED = "failed"
    TIMED_OUT = "timed out"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Every:
    """Due at each whole multiple of `length` since 1970, no matter when a process started."""

    length: timedelta

    def newest(self, now: datetime) -> datetime:
        """The last slot that has begun."""
        return now.astimezone(UTC) - (now - _EPOCH) % self.length

    def following(self, moment: datetime) -> datetime:
        """The first slot after the moment."""
        return self.newest(moment) + self.length

    def __str__(self) -> str:
        seconds = self.length.total_seconds()
        for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
            if seconds % size == 0:
                return f"every {unit}" if seconds == size else f"every {seconds / size:g} {unit}s"
        return f"every {seconds:g} s"


@dataclass(frozen=True, slots=True)
class Daily:
    """Due once each day at this time on the clocks of `zone`.

    When clocks go back, the first time counts that they show it. On a day on which they skip it, it
    is due at the moment when they would show it.
    """

    at: time
    zone: tzinfo = UTC

    def newest(self, now: datetime) -> datetime:
        """The last slot that has begun."""
        return max(slot for slot in self._around(now) if slot <= now)

    def following(self, moment: datetime) -> datetime:
        """The first slot after the moment."""
        return min(slot for slot in self._around(moment) if slot > moment)

    def __str__(self) -> str:
        return f"daily at {self.at:%H:%M} {self.zone}"

    def _around(self, moment: datetime) -> list[datetime]:
        today = moment.astimezone(self.zone).date()
        return [self._on(today + days) for days in _DAYS]

    def _on(self, day: date) -> datetime:
        return datetime.combine(day, self.at, self.zone).astimezone(UTC)


Rhythm = Every | Daily


def is_late(next_at: datetime, now: datetime) -> bool:
    """Whether a job that is not running should have begun long ago."""
    return now - next_at > GRACE
