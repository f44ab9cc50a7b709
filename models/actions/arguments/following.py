"""What can be followed, and what keeps something back: arguments of `follow` and of `issues`.

Pure.
"""

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from models.actions.arguments.argument import Argument, Schema, Source
from models.actions.arguments.names import a_name
from models.actions.words import cut, dashed, folded
from models.rules.routing import Topic
from models.rules.speaking import later

ALL = "all"
MINE = "mine"
TAG = "tag:"
_LONGEST = 100  # characters of a tag, which is a name
_SEPARATORS = re.compile(r"[|,]")


class Plugins(NamedTuple):
    """What is followed: a plugin by name, those with a tag, those that one maintains, or all where nothing is said."""

    name: str = ""
    tag: str = ""
    mine: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed(Argument):
    """A plugin, the plugins with a tag, or all of them."""

    @property
    def placeholder(self) -> str:
        """The ways to say it."""
        return f"NAME|{TAG}TAG|{MINE}|{ALL}"

    @property
    def source(self) -> Source | None:
        """Plugins and tags complete it."""
        return Source.FOLLOWED

    @property
    def fixed(self) -> tuple[str, ...]:
        """The words for all of them, and for one's own."""
        return (ALL, MINE)

    @property
    def schema(self) -> Schema:
        """A string."""
        return {"type": "string", "minLength": 1, "description": f"NAME, {TAG}TAG, {MINE} or {ALL}"}

    def value(self, words: list[str]) -> Plugins:
        """One word; the tag may be a word of its own, in quotes."""
        word = dashed(words.pop(0)).strip()
        if word.casefold().startswith(TAG):
            tag = word[len(TAG) :] or (words.pop(0) if words else "")
            problem = later("“{lead}” needs a tag; one with spaces needs quotes", lead=TAG)
            return Plugins(tag=a_name(tag, _LONGEST, problem))
        if word.casefold() == ALL:
            return Plugins()
        if word.casefold() == MINE:
            return Plugins(mine=True)
        return Plugins(name=word)


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels(Argument):
    """Labels of issues, each behind `glue` ("label:") and of `longest` characters at most; all that are given count."""

    glue: str
    longest: int
    repeats: bool = True

    @property
    def placeholder(self) -> str:
        """One of them."""
        return f"{self.glue}LABEL"

    @property
    def schema(self) -> Schema:
        """A list of strings."""
        return {"type": "array", "items": {"type": "string", "minLength": 1}}

    def begins(self, words: list[str]) -> bool:
        """Whether the first word is a label."""
        return bool(words) and folded(words[0]).startswith(self.glue)

    def again(self, before: Any, value: Any) -> Any:
        """One label more."""
        return (*before, *value)

    def value(self, words: list[str]) -> tuple[str, ...]:
        """One label. In label:"needs info" the quotes begin a word of their own."""
        label = dashed(words.pop(0))[len(self.glue) :].strip() or (words.pop(0) if words else "")
        problem = later(
            "“{lead}” needs the name of a label; one with spaces needs quotes", lead=self.glue
        )
        return (a_name(label, self.longest, problem),)

    def given(self, given: Any) -> tuple[str, ...]:
        """The labels of a list."""
        labels: list[str] = []
        for word in self.words(given):
            labels += self.value([word])
        return tuple(labels)

    def words(self, given: Any) -> list[str]:
        """Each label as a word; one alone may come as a string."""
        labels = [given] if isinstance(given, str) else given
        if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
            raise ValueError(later("{name} must be a list of labels", name=self.name))
        return [self.glue + label for label in labels]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topics(Argument):
    """What to hear of: one topic or more."""

    @property
    def placeholder(self) -> str:
        """The topics."""
        return f"{'|'.join(Topic)} …"

    @property
    def fixed(self) -> tuple[str, ...]:
        """The topics."""
        return tuple(Topic)

    @property
    def several(self) -> bool:
        """Word after word."""
        return True

    @property
    def schema(self) -> Schema:
        """A list of topics."""
        return {"type": "array", "items": {"type": "string", "enum": list(Topic)}, "minItems": 1}

    def take(self, words: list[str]) -> Any:
        """All topics that follow the lead."""
        if words and folded(words[0]) == self.lead:
            words.pop(0)
        return self.value(words)

    def value(self, words: list[str]) -> frozenset[Topic]:
        """As many words as are topics; bars and commas part them, too."""
        topics: set[Topic] = set()
        while words:
            named = [folded(part) for part in _SEPARATORS.split(words[0]) if part]
            if not named or not set(named) <= set(Topic):
                break
            words.pop(0)
            topics |= set(map(Topic, named))
        if not topics:
            found = later(", not “{word}”", word=cut(words[0])) if words else ""
            raise ValueError(
                later(
                    "“{lead}” needs one or more of {choices}{found}",
                    lead=self.lead,
                    choices=", ".join(Topic),
                    found=found,
                )
            )
        return frozenset(topics)

    def words(self, given: Any) -> list[str]:
        """Each topic as a word; several may come as one string."""
        if isinstance(given, str):
            return given.split()
        if not isinstance(given, list) or not all(isinstance(topic, str) for topic in given):
            raise ValueError(
                later(
                    "{name} must be a list of {choices}", name=self.name, choices=", ".join(Topic)
                )
            )
        return given
