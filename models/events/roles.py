"""What people say of each other's roles. Frozen values for `record`."""

from dataclasses import dataclass

from models.rules.authority import Holder, Role
from models.rules.people import Actor


@dataclass(frozen=True, slots=True)
class RoleChange:
    """Somebody gives a role to a person or a group of their workspace, or takes it; a maintainer's is of `plugin`."""

    actor: Actor
    grants: bool
    role: Role
    holder: Holder
    plugin: str = ""
