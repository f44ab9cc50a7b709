"""What the queries answer of use: frozen values, as those of `models.views`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InstallsView:
    """On how many sites a plugin runs: those that show a key, and those that only tell so, which anyone may."""

    keyed: int = 0
    told: int = 0
