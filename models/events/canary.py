"""What people ask of the browser canary. Frozen values for `record`."""

from dataclasses import dataclass

from models.rules.people import Actor
from models.rules.places import Place


@dataclass(frozen=True, slots=True)
class RunWanted:
    """Somebody wants a server to be tested now, and to see at this place how it goes.

    When `traced`, the browser's own record of the run is kept as well.
    """

    actor: Actor
    place: Place
    server: str
    traced: bool = False
