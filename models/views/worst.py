"""The worst of many, and how many there are: what a list shows first, and says of the rest."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from models.rules.status import Verdict
from models.views import IncidentView, PluginLine


@dataclass(frozen=True, slots=True)
class WorstIncidents:
    """Open incidents, worst and oldest first, of the `total` that are open for so many `plugins`.

    Those `in_outbreaks` that tell of them are none of the `incidents`.
    """

    incidents: tuple[IncidentView, ...] = ()
    total: int = 0
    plugins: int = 0
    in_outbreaks: int = 0


@dataclass(frozen=True, slots=True)
class WorstPlugins:
    """Plugins, worst first and then by handle, of those that are wanted, which `tally` counts by their status."""

    lines: tuple[PluginLine, ...]
    tally: Mapping[Verdict, int]

    @property
    def total(self) -> int:
        """How many plugins are wanted."""
        return sum(self.tally.values())


class ListedVerdict(NamedTuple):
    """A plugin of the list in one word, and what it says of itself."""

    handle: str
    verdict: Verdict
    about: str | None


@dataclass(frozen=True, slots=True)
class WatchedPlugins:
    """How many plugins the master list has, and of how many a recent report tells."""

    listed: int
    heard: int
