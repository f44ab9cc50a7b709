"""What the queries answer of watched sources: frozen values, as those of `models.views`."""

from dataclasses import dataclass
from datetime import datetime

from models.rules.silence import Trouble
from models.rules.watched import WatchedKind


@dataclass(frozen=True, slots=True)
class WatchedIncidentView:
    """Trouble of a source itself, open or resolved: it says that it fails, and no plugin is to
    blame, or it is silent.

    `blamed` are the plugins that ended it by being found at fault after all. Of a silence,
    `heard_at` and `said` are what was heard last, and `unknown` counts the verdicts that it turned
    unknown. `mass` is the number of the mass silence that it is told in.
    """

    number: int
    name: str
    host_branch: str
    host_sha: str
    step: str
    message: str | None
    opened_at: datetime
    updated_at: datetime
    resolved_at: datetime | None
    resolution: str | None
    blamed: tuple[str, ...] = ()
    kind: WatchedKind = WatchedKind.CANARY
    trouble: Trouble = Trouble.FAILING
    heard_at: datetime | None = None
    said: str = ""
    unknown: int = 0
    mass: int | None = None


@dataclass(frozen=True, slots=True)
class MassSilenceView:
    """Sources that fell silent together, the first one first."""

    number: int
    opened_at: datetime
    updated_at: datetime
    resolved_at: datetime | None
    incidents: tuple[WatchedIncidentView, ...] = ()


@dataclass(frozen=True, slots=True)
class WatchedView:
    """A source that is expected to be heard by `due_at`; `trouble` is what is wrong with that, if
    anything.

    One that is heard may be `failing`, by what it says of itself.
    """

    kind: WatchedKind
    name: str
    since: datetime
    heard_at: datetime | None
    said: str
    due_at: datetime
    trouble: Trouble | None = None
    failing: bool = False
