"""What people wish of extensions. A frozen value for `record`."""

from dataclasses import dataclass

from models.rules.authority import Power
from models.rules.extensions import ExtensionVerb
from models.rules.people import Actor


@dataclass(frozen=True, slots=True)
class ExtensionWish:
    """Somebody wants something done with the extension of this handle, for which one needs the `power`."""

    actor: Actor
    verb: ExtensionVerb
    handle: str
    power: Power
