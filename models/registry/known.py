"""What is known of one plugin on one host branch. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from models.registry.limits import PluginLimits
from models.rules.status import Verdict


class WantedPlugin(NamedTuple):
    """A plugin that is asked about, by its handle; `at` is a version, commit, tag or branch of it, or empty."""

    handle: str
    at: str = ""


class KnownHost(NamedTuple):
    """A host branch, the versions of the host there and of its runtime, and whose plugins run on it; empty where that
    is not known.
    """

    branch: str
    version: str = ""
    runtime: str = ""
    ecosystem: str = ""

    def runs(self, ecosystem: str) -> bool:
        """Whether plugins of this ecosystem may run on it."""
        return not self.ecosystem or self.ecosystem == ecosystem


class HeardVerdict(NamedTuple):
    """What a judging source says of the plugin on the branch, as it counts now, and the last pair that was good.

    `is_newest` says that it is about the plugin's own main branch, or the only one.
    """

    source: str
    verdict: Verdict
    plugin_sha: str
    host_sha: str
    good_plugin_sha: str = ""
    good_host_sha: str = ""
    is_newest: bool = True


class Sites(NamedTuple):
    """At how many sites the plugin was well, and at how many it failed, when they spoke last."""

    well: int = 0
    failing: int = 0


NO_SITES = Sites()


@dataclass(frozen=True, slots=True)
class KnownPlugin:
    """A plugin as far as it is known: its limits, `newest` version, older `releases`, and how it does.

    `sites` goes by the plugin's commit, which of a package is its version.
    """

    limits: PluginLimits
    newest: str = ""
    head: str = ""
    releases: tuple[str, ...] = ()
    heard: tuple[HeardVerdict, ...] = ()
    sites: Mapping[str, Sites] = field(default_factory=dict)
