"""A set of plugins as an argument, and the name before it. Pure."""

import re
from dataclasses import dataclass
from typing import Any

from models.actions.arguments.argument import Argument, Schema
from models.actions.arguments.names import Name
from models.actions.words import Lines, dashed, folded
from models.rules.speaking import later
from models.rules.wanted import MOST, Member, member_of

_SEPARATORS = re.compile(r"[,;]")
_ON = "on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading(Name):
    """A name that a colon may end, behind which more may stand at once."""

    def value(self, words: list[str]) -> str:
        """The name without the colon."""
        name, _, rest = dashed(words.pop(0)).partition(":")
        if rest:
            words.insert(0, rest)
        if not name:
            raise ValueError(self.missing)
        return name


@dataclass(frozen=True, slots=True, kw_only=True)
class HostBranch(Heading):
    """The host branch of a set: before it or, as people say it, behind the word on after it."""

    def value(self, words: list[str]) -> str:
        """One word at either end; a colon says at which."""
        heads = words[0].endswith(":") or words[1:2] == [":"]
        if len(words) > 2 and folded(words[-2]) == _ON and not heads:
            name = dashed(words.pop())
            words.pop()
            return name
        return super(HostBranch, self).value(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Members(Argument):
    """Plugins by name or address, each with a version or commit if one is meant; commas part them.

    On lines of their own they may stand as in any file that names a set.
    """

    @property
    def placeholder(self) -> str:
        """How they are written."""
        return "NAME [VERSION], …"

    @property
    def several(self) -> bool:
        """Word after word."""
        return True

    @property
    def takes_lines(self) -> bool:
        """A file may be pasted."""
        return True

    @property
    def schema(self) -> Schema:
        """A list of strings."""
        return {"type": "array", "items": {"type": "string", "minLength": 1}, "maxItems": MOST}

    def begins(self, words: list[str]) -> bool:
        """Whether anything is left."""
        return bool(words) and bool(words[0].strip(" :,"))

    def follows(self, words: list[str], known: Any) -> bool:
        """The same; a colon that stands alone is no plugin."""
        while words and not words[0].strip(":"):
            words.pop(0)
        return Argument.follows(self, words, known)

    def value(self, words: list[str]) -> tuple[Member, ...] | Lines:
        """Each plugin's name with the version that is wanted of it, or nothing; of several lines, the lines."""
        lines = words.pop() if isinstance(words[-1], Lines) else ""
        text = " ".join(words).lstrip(": ")
        words.clear()
        if lines:
            return Lines(f"{text}\n{lines}".lstrip())
        return self._read(_SEPARATORS.split(text))

    def words(self, given: Any) -> list[str]:
        """The words of all of them, with commas between."""
        if isinstance(given, str):
            return [Lines(given)] if "\n" in given.strip() else given.split()
        if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
            raise ValueError(
                later("{name} must be a list of strings, such as “voting 1.2”", name=self.name)
            )
        return ", ".join(given).split()

    def _read(self, parts: list[str]) -> tuple[Member, ...]:
        members = tuple(member_of(dashed(part)) for part in parts if part.strip())
        if not members:
            raise ValueError(self.missing)
        if len(members) > MOST:
            raise ValueError(
                later(
                    "{number:,} plugins are too many: {most} at the most",
                    number=len(members),
                    most=MOST,
                )
            )
        return members
