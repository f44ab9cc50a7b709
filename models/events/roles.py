"""What people say of each other's roles. Frozen values for `record`."""

from dataclasses import dataclass

from models.rules.authority import Holder, Role
from models.rules.people import Actor
from models.rules.privacy import PUBLIC, Clearance


@dataclass(frozen=True, slots=True)
class RoleChange:
    """Somebody gives a role to a person or a group of their workspace, or takes it; a maintainer's is of `plugin`.

    What is not `allowed` to be known where it was said is not found there.
    """

    actor: Actor
    grants: bool
    role: Role
    holder: Holder
    plugin: str = ""
    allowed: Clearance = PUBLIC
