"""What an action takes: typed arguments.

Everything that shows or reads one is derived from these. Pure.

An argument knows how its words are read (`begins`, `value`), how it stands in a usage line
(`shown`), what it is in JSON (`schema`, `words`), and what completes it (`source`, `fixed`).
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from models.actions.words import folded
from models.messages.words import clip
from models.rules.speaking import later

Schema = dict[str, Any]


class Source(StrEnum):
    """Names that are known only when asked, and complete an argument."""

    PLUGINS = "plugins"
    BRANCHES = "branches"
    SERVERS = "servers"
    COMMANDS = "commands"
    FOLLOWED = "followed"
    ZONES = "zones"


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument(ABC):
    """One argument.

    `name` is the parameter that the action's function gets it by, and its property in JSON.

    `about` describes it to people. After `lead` ("on") its value follows; without one it stands at
    its place. `missing` is what is told when it is required and absent; one that is `needed_for` a
    word stands beside that word alone, and is required there. A `hidden` one is understood and not
    offered. One that `repeats` may be given again; the last value counts, unless its type adds them
    up. `hint` follows words that are not understood behind it. A form calls it by its `label`,
    where `name` would mean nothing there; one `for_forms` is offered by forms though it is hidden.
    """

    name: str
    about: str
    lead: str = ""
    required: bool = False
    hidden: bool = False
    missing: str = ""
    repeats: bool = False
    needed_for: str = ""
    hint: str = ""
    label: str = ""
    for_forms: bool = False

    @property
    def is_in_forms(self) -> bool:
        """Whether a form has a field for it."""
        return self.for_forms or not self.hidden

    @property
    def several(self) -> bool:
        """Whether its value may be several words, each of which can be completed."""
        return False

    @property
    def takes_lines(self) -> bool:
        """Whether the lines behind the first one are its, as they are."""
        return False

    @property
    def source(self) -> Source | None:
        """Which names complete it."""
        return None

    @property
    def fixed(self) -> tuple[str, ...]:
        """The words that may stand for it as they are."""
        return ()

    @property
    @abstractmethod
    def placeholder(self) -> str:
        """Its value in a usage line."""

    @property
    def shown(self) -> str:
        """Its place in a usage line: `NAME`, or `[on BRANCH]` where it may be left out."""
        whole = f"{self.lead} {self.placeholder}".strip()
        return whole if self.required else f"[{whole}]"

    def begins(self, words: list[str]) -> bool:
        """Whether it begins with the first of these words."""
        if self.lead:
            return bool(words) and folded(words[0]) == self.lead
        return bool(words) and (not self.required or bool(words[0].strip()))

    def follows(self, words: list[str], known: Mapping[str, Any]) -> bool:
        """Whether it begins with the first of these words, behind the arguments that are `known` by their names."""
        if self.needed_for and self.needed_for not in known.values():
            return False
        return self.begins(words) and (self.repeats or self.name not in known)

    def is_all_behind(self, known: Mapping[str, Any]) -> bool:  # noqa: ARG002 - for those that are
        """Whether it is all the words that are left, as one, behind the arguments that are `known`."""
        return False

    def take(self, words: list[str]) -> Any:
        """Take it off the front of the words.

        Raises:
            ValueError: its value makes no sense; the words say what would.
        """
        if self.lead and words and folded(words[0]) == self.lead:
            words.pop(0)
            if not words:
                raise ValueError(later(self.missing, choices=", ".join(self.fixed)))
        return self.value(words)

    def again(self, before: Any, value: Any) -> Any:  # noqa: ARG002 - for those that add up
        """Its value when it is given once more."""
        return value

    @abstractmethod
    def value(self, words: list[str]) -> Any:
        """The same, without its lead.

        Raises:
            ValueError: as above.
        """

    @property
    @abstractmethod
    def schema(self) -> Schema:
        """Its JSON Schema."""

    def words(self, given: Any) -> list[str]:
        """The value, as it comes in JSON, in the words that one would type for it, without its lead.

        Raises:
            ValueError: it is of another type.
        """
        if not isinstance(given, str):
            raise ValueError(later("{name} must be a string", name=self.name))  # noqa: TRY004 - people read ValueErrors as answers
        return [given]

    def given(self, given: Any) -> Any:
        """The value of what comes in JSON, or from a form.

        Raises:
            ValueError: it is of another type, or makes no sense.
        """
        words = self.words(given)
        if not words or not words[0].strip():
            raise ValueError(later("{name} is empty; leave it out or fill it in", name=self.name))
        value = self.value(words)
        if words:
            raise ValueError(
                later("“{word}” was not understood in {name}", word=clip(words[0]), name=self.name)
            )
        return value
