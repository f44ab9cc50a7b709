"""What the queries answer about people: frozen values, free of rows and sessions."""

from dataclasses import dataclass
from datetime import datetime

from models.rules.authority import HolderKind, Role
from models.views import PluginLine


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role that somebody has: a person, by the platform's id and the name that they bore last, or
    all of a group.

    A maintainer's is of the plugin of this handle. `login` is the GitHub login by which they were
    recognised, where nobody gave it to them; `by_setting` ones come from the settings, or
    where it `is_here` from sitting at this machine.
    """

    role: Role
    kind: HolderKind
    holder: str
    name: str
    since: datetime
    handle: str = ""
    by_setting: bool = False
    is_here: bool = False
    login: str = ""


@dataclass(frozen=True, slots=True)
class MyPlugin:
    """A plugin that is somebody's own, and why: they maintain it, by role or by GitHub login, or
    they follow it.
    """

    line: PluginLine
    is_maintained: bool = False
    logins: tuple[str, ...] = ()
    is_followed: bool = False
