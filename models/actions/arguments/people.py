"""Somebody who can be named: a person, a group or a robot. Pure."""

import re
from dataclasses import dataclass
from typing import NamedTuple

from models.actions.arguments.argument import Argument, Schema
from models.actions.words import folded
from models.rules.authority import HolderKind, is_id

# How Slack and Discord write a person and a group in a text; "user:" and "group:" are for ids that are typed.
_PERSON = re.compile(r"<@!?([A-Za-z0-9]+)(?:\|[^>]*)?>|(?:user:)?([A-Za-z0-9_.-]+)")
# A robot, by the name of its key.
_ROBOT = re.compile(r"api:([A-Za-z0-9_.-]+)")
_GROUP = re.compile(
    r"<@&([A-Za-z0-9]+)>|<!subteam\^([A-Za-z0-9]+)(?:\|[^>]*)?>|group:([A-Za-z0-9_.-]+)"
)


class NamedHolder(NamedTuple):
    """Somebody by an id: of the asker's own workspace, or a robot."""

    kind: HolderKind
    id: str
    is_robot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Whom(Argument):
    """A person or a group by a mention, or by the platform's own id; a robot as api:NAME."""

    @property
    def placeholder(self) -> str:
        """Both."""
        return "@USER|group:ID"

    @property
    def schema(self) -> Schema:
        """A string."""
        return {"type": "string", "minLength": 1}

    def begins(self, words: list[str]) -> bool:
        """Whether the first word names somebody."""
        return bool(words) and _named(words[0]) is not None

    def value(self, words: list[str]) -> NamedHolder:
        """Whom the word names."""
        found = _named(words.pop(0))
        if found is None:
            raise ValueError(self.missing)
        return found


_OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Called(Argument):
    """A person or a group who is called to something, as "user:ID" or "group:ID"; empty for “off”, which is nobody."""

    @property
    def placeholder(self) -> str:
        """All three."""
        return f"@USER|group:ID|{_OFF}"

    @property
    def schema(self) -> Schema:
        """A string."""
        return {"type": "string", "minLength": 1}

    def value(self, words: list[str]) -> str:
        """Whom the word names."""
        word = words.pop(0)
        if folded(word) == _OFF:
            return ""
        found = _named(word)
        if found is None or found.is_robot:
            raise ValueError(self.missing)
        return f"{found.kind}:{found.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceId(Argument):
    """A workspace or guild: its platform, and the id that the platform gave it."""

    @property
    def placeholder(self) -> str:
        """Both."""
        return "PLATFORM:ID"

    @property
    def schema(self) -> Schema:
        """A string."""
        return {"type": "string", "pattern": "^[^:]+:[^:]+$"}

    def begins(self, words: list[str]) -> bool:
        """Whether the first word is one."""
        return bool(words) and all(map(is_id, words[0].partition(":")[::2]))

    def value(self, words: list[str]) -> tuple[str, str]:
        """The platform and the id."""
        if not self.begins(words):
            raise ValueError(self.missing)
        platform, _, workspace = words.pop(0).partition(":")
        return platform.casefold(), workspace


def _named(word: str) -> NamedHolder | None:
    if (robot := _ROBOT.fullmatch(word)) and is_id(robot[1]):
        return NamedHolder(HolderKind.USER, robot[1], is_robot=True)
    for kind, pattern in ((HolderKind.GROUP, _GROUP), (HolderKind.USER, _PERSON)):
        found = pattern.fullmatch(word)
        if found and is_id(named := next(filter(None, found.groups()))):
            return NamedHolder(kind, named)
    return None
