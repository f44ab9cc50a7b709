"""What the queries answer of outbreaks: frozen values, as those of `models.views`."""

from dataclasses import dataclass
from datetime import datetime

from models.views import IncidentView


@dataclass(frozen=True, slots=True)
class OutbreakTally:
    """An outbreak in numbers: its `incidents`, the `plugins` that they are about, and how many of those are `broken`.

    The others count open incidents, as far as it may be known what people did about them.
    """

    incidents: int
    plugins: int
    broken: int
    muted: int = 0
    unacknowledged: int = 0
    unclaimed: int = 0
    unmuted: int = 0


@dataclass(frozen=True, slots=True)
class OutbreakView:
    """Incidents with one cause: all of them in the `tally`, and those to list, first those still open, oldest first."""

    number: int
    host_branch: str
    good_host_sha: str | None
    bad_host_sha: str
    by_fingerprint: bool
    opened_at: datetime
    updated_at: datetime
    resolved_at: datetime | None
    tally: OutbreakTally
    incidents: tuple[IncidentView, ...]
