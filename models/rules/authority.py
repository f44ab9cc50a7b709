"""Who may do what: the roles, the powers that each gives, and whom a role is given to. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

# The platform of robots, which is also their only workspace; each is known there by the name of its key.
API = "api"


class Role(StrEnum):
    """What somebody is trusted with: all plugins, one plugin, or the roles of others as well."""

    GUARDIAN = "guardian"
    MAINTAINER = "maintainer"
    ADMIN = "admin"


class Power(StrEnum):
    """What one may do: ask, follow for a whole channel, act on incidents, test servers, give and take roles.

    No role gives the power to operate: that is whoever sits at the shell.
    """

    ASK = "ask"
    FOLLOW = "follow"
    ACT = "act"
    TEST = "test"
    ADMINISTER = "administer"
    OPERATE = "operate"


@dataclass(frozen=True, slots=True)
class Held:
    """A role that somebody has; a maintainer's is of one plugin."""

    role: Role
    plugin_id: int | None = None


_POWERS = {
    Role.GUARDIAN: frozenset({Power.FOLLOW, Power.ACT, Power.TEST}),
    Role.MAINTAINER: frozenset({Power.ACT}),
    Role.ADMIN: frozenset({Power.FOLLOW, Power.ACT, Power.TEST, Power.ADMINISTER}),
}


def permits(roles: Iterable[Held], power: Power, plugin_id: int | None = None) -> bool:
    """Whether these roles give the power, over this plugin where it is about one. Anyone may ask."""
    if power is Power.ASK:
        return True
    return any(
        power in _POWERS[held.role] and held.plugin_id in {None, plugin_id} for held in roles
    )


class Threshold(StrEnum):
    """From whom on something is allowed, as a setting says it."""

    OPERATOR = "operator"
    ADMIN = "admin"
    GUARDIAN = "guardian"

    @property
    def power(self) -> Power:
        """What those have whom it allows, and nobody below them."""
        return _FROM[self]


_FROM = {
    Threshold.OPERATOR: Power.OPERATE,
    Threshold.ADMIN: Power.ADMINISTER,
    Threshold.GUARDIAN: Power.TEST,
}


class HolderKind(StrEnum):
    """A person, or all of a Slack user group or Discord role."""

    USER = "user"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a role is given to, by the platform's own id within a workspace."""

    platform: str
    workspace: str
    kind: HolderKind
    id: str


_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")


def is_id(text: str) -> bool:
    """Whether this may be a platform's id of somebody."""
    return _ID.fullmatch(text) is not None


def read_admins(text: str) -> tuple[Holder, ...]:
    """The admins of the setting: platform:workspace:user, separated by commas.

    Raises:
        ValueError: an entry is not of this form; the words say which, without showing it.

    """
    entries = [entry.strip() for entry in text.split(",") if entry.strip()]
    return tuple(_read_admin(entry, number) for number, entry in enumerate(entries, 1))


def _read_admin(entry: str, number: int) -> Holder:
    platform, *ids = entry.split(":")
    if len(ids) != 2 or not all(map(is_id, (platform, *ids))):
        raise ValueError(
            f"does not name person {number} as platform:workspace:user, such as slack:T012:U345"
        )
    return Holder(platform.casefold(), ids[0], HolderKind.USER, ids[1])
