"""What people say of a plugin beyond what its repository tells. Frozen values for `record`."""

from dataclasses import dataclass

from models.rules.authority import Power
from models.rules.declaring import Statement
from models.rules.details import Detail
from models.rules.people import Actor
from models.rules.privacy import PUBLIC, Clearance


@dataclass(frozen=True, slots=True)
class DeclarationWish:
    """Somebody declares a fact about a plugin, or takes one back.

    What is not `allowed` to be known where it was said is not told in the answer.
    """

    actor: Actor
    plugin: str
    statement: Statement
    allowed: Clearance = PUBLIC
    power: Power = Power.ACT


@dataclass(frozen=True, slots=True)
class DetailEdit:
    """Somebody says of a plugin what holds in place of what its repository says; nothing, that this holds again.

    What is not `allowed` to be known where it was said is not told in the answer.
    """

    actor: Actor
    plugin: str
    detail: Detail
    said: str | list[str] | None
    allowed: Clearance = PUBLIC
    power: Power = Power.ACT
