"""Which commit moved between the last good and the first bad report."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Pair:
    """The two commits that were judged together."""

    plugin_sha: str
    host_sha: str


class Suspect(StrEnum):
    """Whose commits moved before the plugin broke."""

    HOST = "host"
    PLUGIN = "plugin"
    BOTH = "both"
    NOBODY = "nobody"  # the same commits were good and then bad: something else on the site changed
    UNKNOWN = "unknown"  # no good report was ever seen


def suspect(last_good: Pair | None, first_bad: Pair) -> Suspect:
    """Name the suspect; an unknown past accuses nobody."""
    if last_good is None:
        return Suspect.UNKNOWN
    host_moved = last_good.host_sha != first_bad.host_sha
    plugin_moved = last_good.plugin_sha != first_bad.plugin_sha
    if host_moved and plugin_moved:
        return Suspect.BOTH
    if host_moved:
        return Suspect.HOST
    return Suspect.PLUGIN if plugin_moved else Suspect.NOBODY
