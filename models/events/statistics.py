"""What a site tells of the plugins that it runs, for which nobody asks a key."""

from dataclasses import dataclass, field
from typing import Any

from models.rules.ecosystems import Ecosystem


@dataclass(frozen=True, slots=True)
class Usage:
    """One plugin's line of a site's statistics."""

    handle: str
    branch: str
    sha: str
    url: str | None = None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a site tells of the plugins that it runs. Of those of which it told nothing before `most_new` are kept."""

    host: str
    host_branch: str
    host_sha: str
    usages: tuple[Usage, ...]
    ecosystem: Ecosystem | None = None
    most_new: int = 1_000
