"""What people do about the master list. Frozen values for `record`."""

from dataclasses import dataclass

from models.rules.authority import Power
from models.rules.people import Actor
from models.rules.privacy import PUBLIC, Clearance


@dataclass(frozen=True, slots=True)
class PluginRemoval:
    """Somebody takes a plugin off the master list, for which they need the `power`; `reason` is a part of a sentence.

    What is not `allowed` to be known where it was said is not told in the answer.
    """

    actor: Actor
    plugin: str
    reason: str
    power: Power = Power.TEST
    allowed: Clearance = PUBLIC
