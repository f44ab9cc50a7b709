"""What people say of upgrades that they plan. Frozen values for `record`."""

from dataclasses import dataclass

from models.rules.people import Actor
from models.rules.places import Place


@dataclass(frozen=True, slots=True)
class UpgradePlan:
    """Somebody wants this place's digest to say whether a site's plugins would work on a host branch.

    When it `ends`, it is to say so no more.
    """

    actor: Actor
    place: Place
    domain: str
    branch: str = ""
    ends: bool = False
