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
    """What waits, by platform, and how many incidents are open, by each verdict that breaks."""

    waiting: Mapping[str, WaitingView]
    incidents: Mapping[Verdict, int]
