"""Who hears of what, and in which conversation."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Topic(StrEnum):
    """What one can hear of about a plugin. Guardians, who follow everything, hear of breakage alone."""

    INCIDENTS = "incidents"
    RELEASES = "releases"
    ISSUES = "issues"


@dataclass(frozen=True, slots=True)
class Listener:
    """A destination with the plugins that it follows; an empty set of them stands for all."""

    destination_id: int
    plugin_ids: frozenset[int]

    @property
    def follows_all(self) -> bool:
        """Whether it hears of every plugin, and so of outbreaks as a whole."""
        return not self.plugin_ids

    def hears(self, plugin_id: int) -> bool:
        """Whether it wants to hear of this plugin."""
        return self.follows_all or plugin_id in self.plugin_ids


def listeners(subscriptions: Iterable[tuple[int, int | None, list[str]]], topic: Topic) -> tuple[Listener, ...]:
    """Group (destination, plugin or None for all, topics) rows into one listener a destination, as to this topic."""
    wishes: dict[int, set[int | None]] = {}
    for destination_id, plugin_id, topics in subscriptions:
        if topic in topics:
            wishes.setdefault(destination_id, set()).add(plugin_id)
    return tuple(
        Listener(destination_id, frozenset() if None in plugins else frozenset(filter(None, plugins)))
        for destination_id, plugins in sorted(wishes.items())
    )


def outbreak_cause(host_branch: str, bad_host_sha: str, fingerprint: str, *, host_moved: bool, has_words: bool) -> str:
    """What an incident may share with others: the host commits that broke it, else the failure itself, else nothing.

    A failure without words looks like any other one, so it joins nothing.
    """
    if host_moved:
        return f"host/{host_branch}/{bad_host_sha}"
    return f"fingerprint/{fingerprint}" if has_words else ""


# Two plugins that break at once may be chance; from three on, one announcement lists them.
OUTBREAK_SIZE = 3
