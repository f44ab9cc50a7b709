"""What becomes of a line of a report."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PluginError:
    """Why one plugin's line was not taken, in words for its sender. `name` is as it was sent."""

    name: str
    reason: str
