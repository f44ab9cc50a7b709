"""What is measured in the database for those who are paged: frozen values, as those of `models.views`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from models.rules.status import Verdict


@dataclass(frozen=True, slots=True)
class WaitingView:
    """How many messages wait for a platform, and for how long the oldest of them does."""

    messages: int
    oldest: timedelta


@dataclass(frozen=True, slots=True)
class MeasuresView:
    """What waits, by platform, and how many incidents are open, by each verdict that breaks.

    `retried` are messages that wait because sending them failed, `given_up` those that were never sent and are still
    kept, both by platform, and so are the `suspended` destinations. `silent` are sources, by kind.
    """

    waiting: Mapping[str, WaitingView]
    incidents: Mapping[Verdict, int]
    retried: Mapping[str, int]
    given_up: Mapping[str, int]
    suspended: Mapping[str, int]
    silent: Mapping[str, int]
