"""What whoever has a site's key sees of the site."""

from dataclasses import dataclass
from datetime import datetime

from models.rules.status import Verdict
from models.views import IncidentView


@dataclass(frozen=True, slots=True)
class OwnPlugin:
    """A plugin on the site: what the site said last of it, and how it stands for everybody on that host branch.

    `said` is empty where the site registered it and has not reported on it. `alike` are other client sites where it
    fails in the same way.
    """

    handle: str
    branch: str = ""
    sha: str = ""
    said: Verdict | None = None
    said_at: datetime | None = None
    stands: Verdict | None = None
    incident: IncidentView | None = None
    alike: int = 0


@dataclass(frozen=True, slots=True)
class OwnSite:
    """A site, as it was heard last. `registered_until` is when its registration of the plugins ends."""

    domain: str
    host_branch: str
    host_sha: str
    seen_at: datetime
    registered_until: datetime | None
    plugins: tuple[OwnPlugin, ...]

    @property
    def failing(self) -> int:
        """How many plugins the site says fail there."""
        return sum(each.said is not None and each.said.broken for each in self.plugins)
