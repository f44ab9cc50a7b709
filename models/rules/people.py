"""Who acts, as the platform that vouches for them tells. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody by the ids of the platform that vouches for them; `groups` are their user groups or roles there."""

    platform: str
    workspace: str
    user: str
    name: str
    groups: frozenset[str] = frozenset()
