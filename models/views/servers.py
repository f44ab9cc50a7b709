"""What the queries answer of servers and sites: frozen values, as those of `models.views`."""

from dataclasses import dataclass
from datetime import datetime

from models.rules.status import Verdict
from models.views import CanaryRunView
from models.views.watched import WatchedView


@dataclass(frozen=True, slots=True)
class ServerPlugin:
    """What a server's Guard says of a plugin since `said_at`; nothing where it was not heard for long."""

    handle: str
    branch: str
    sha: str
    said: Verdict
    said_at: datetime | None


@dataclass(frozen=True, slots=True)
class GuardedServer:
    """A server whose Guard reports, as it was heard last. `domain` is empty for those who are not told."""

    domain: str
    host_branch: str
    host_sha: str
    seen_at: datetime
    watched: WatchedView | None
    plugins: tuple[ServerPlugin, ...]

    @property
    def failing(self) -> int:
        """How many plugins the server says fail there."""
        return sum(each.said.broken for each in self.plugins)


@dataclass(frozen=True, slots=True)
class ServerView:
    """A canary server by its name: what Guards of this name say, its browser's runs, newest first, and what it lacks.

    `lacks` are the plugins of the master list on which no Guard of this name ever reported.
    """

    name: str
    guards: tuple[GuardedServer, ...]
    browser: WatchedView | None
    runs: tuple[CanaryRunView, ...]
    lacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SiteLine:
    """A site of the list of all: its plugins, those that fail there, and until when a client site is registered.

    `server` is the name of a canary server, and empty for a client site.
    """

    domain: str
    server: str
    host_branch: str
    host_sha: str
    seen_at: datetime
    registered_until: datetime | None
    plugins: int
    failing: int
