"""What the queries answer of the clock's jobs: frozen values, as those of `models.views`."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from models.rules.slots import Ended, is_late


@dataclass(frozen=True, slots=True)
class RunView:
    """A run of a job that has ended. `error` names the kind of what went wrong."""

    started_at: datetime
    finished_at: datetime
    outcome: Ended
    error: str | None = None

    @property
    def took(self) -> timedelta:
        """How long it ran."""
        return self.finished_at - self.started_at


@dataclass(frozen=True, slots=True)
class JobView:
    """A job of the clock: its rhythm in words, when it is due next, since when it runs if it
    does, and its last run.
    """

    name: str
    rhythm: str
    limit: timedelta
    next_at: datetime
    running_since: datetime | None = None
    last: RunView | None = None

    @property
    def is_failing(self) -> bool:
        """Whether its last run did not do what it should."""
        return self.last is not None and self.last.outcome is not Ended.DONE

    def is_late(self, now: datetime) -> bool:
        """Whether it should have begun long ago."""
        return self.running_since is None and is_late(self.next_at, now)
