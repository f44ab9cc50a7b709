"""Lengths of time, times of the day and time zones, and what is said together behind one word.

Pure.
"""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from models.actions.arguments.argument import Argument, Schema, Source
from models.actions.words import dashed, folded
from models.messages.words import clip
from models.rules import lengths
from models.rules.digest import is_time, is_zone, read_minute, read_zone
from models.rules.mutes import within_bounds
from models.rules.speaking import later, marked

_NO_TEXT = marked("{name} must be a string, such as {such}")
_UNTIL_FIXED = "until fixed"
_TWO = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Length(Argument):
    """How long something lasts: a length of time, until a date, or until the incident is fixed, which is None."""

    offered: tuple[str, ...]

    @property
    def placeholder(self) -> str:
        """The lengths that are offered, and a date."""
        return "|".join((*self.fixed, "until DATE"))

    @property
    def fixed(self) -> tuple[str, ...]:
        """The usual lengths, and “until fixed”."""
        return (*self.offered, _UNTIL_FIXED)

    @property
    def schema(self) -> Schema:
        """A string."""
        return {"type": "string", "examples": list(self.fixed)}

    def begins(self, words: list[str]) -> bool:
        """Whether a length stands there, perhaps after "for"."""
        rest = words[1:] if words and folded(words[0]) == "for" else words
        if _is_until_fixed(rest) or _date_behind_until(rest):
            return True
        return lengths.leading(rest)[0] is not None

    def value(self, words: list[str]) -> Any:
        """The length, the date, or None."""
        if words and folded(words[0]) == "for":
            words.pop(0)
        if _is_until_fixed(words):
            del words[:2]
            return None
        if day := _date_behind_until(words):
            del words[:2]
            return day
        length, of_words = lengths.leading(words)
        if length is None:
            word, choices = clip(words[0]), ", ".join(self.fixed)
            raise ValueError(
                later("“{word}” is no length of time: say {choices}", word=word, choices=choices)
            )
        del words[:of_words]
        return within_bounds(length)

    def words(self, given: Any) -> list[str]:
        """Its words."""
        if not isinstance(given, str):
            raise ValueError(later(_NO_TEXT, name=self.name, such=self.fixed[0]))  # noqa: TRY004 - people read it
        return given.split()


@dataclass(frozen=True, slots=True, kw_only=True)
class _KnownByItself(Argument):
    """What one can tell by its own word, so that its lead may be left out.

    After its lead it may be given again.
    """

    @abstractmethod
    def is_meant(self, word: str) -> bool:
        """Whether the word is one, right or wrong."""

    def begins(self, words: list[str]) -> bool:
        """Whether such a word stands there, or the lead and a word after it."""
        led = len(words) > 1 and folded(words[0]) == self.lead
        return led or (bool(words) and self.is_meant(words[0]))

    def follows(self, words: list[str], known: Mapping[str, Any]) -> bool:
        """The same; only after its lead it may be given again."""
        if self.name in known and folded(words[0]) != self.lead:
            return False
        return self.begins(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOfDay(_KnownByItself):
    """A time of the day, as minutes since midnight."""

    def is_meant(self, word: str) -> bool:
        """Whether it is a time."""
        return is_time(folded(word))

    @property
    def placeholder(self) -> str:
        """A time on a clock of 24 hours."""
        return "HH:MM"

    @property
    def schema(self) -> Schema:
        """A string."""
        return {"type": "string", "examples": ["09:00"]}

    def value(self, words: list[str]) -> int:
        """The minutes since midnight. In "9:00 PM" the half of the day is a word of its own."""
        word = words.pop(0)
        if words and folded(words[0]) in {"am", "pm"}:
            word += words.pop(0)
        return read_minute(word)

    def words(self, given: Any) -> list[str]:
        """Its words."""
        if not isinstance(given, str):
            raise ValueError(later(_NO_TEXT, name=self.name, such="09:00"))  # noqa: TRY004 - people read it
        return given.split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone(_KnownByItself):
    """An IANA time zone, by its name or its city."""

    @property
    def source(self) -> Source | None:
        """All zones complete it."""
        return Source.ZONES

    def is_meant(self, word: str) -> bool:
        """Whether it is a zone, or is written like one."""
        return "/" in word or is_zone(folded(word))

    @property
    def placeholder(self) -> str:
        """A zone."""
        return "ZONE"

    @property
    def schema(self) -> Schema:
        """A string."""
        return {"type": "string", "examples": ["Europe/Berlin"]}

    def value(self, words: list[str]) -> str:
        """The zone's name."""
        return read_zone(dashed(words.pop(0)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Together(Argument):
    """Several arguments after one word, in any order; one at least is given.

    Its value is theirs, by their names.
    """

    parts: tuple[Argument, ...]

    @property
    def placeholder(self) -> str:
        """The parts, one after the other."""
        return " ".join(part.placeholder for part in self.parts)

    @property
    def fixed(self) -> tuple[str, ...]:
        """The words of all parts."""
        return tuple(chain.from_iterable(part.fixed for part in self.parts))

    @property
    def several(self) -> bool:
        """Word after word."""
        return True

    @property
    def schema(self) -> Schema:
        """An object of the parts, or the words as one types them."""
        parts = {part.name: part.schema for part in self.parts}
        whole = {
            "type": "object",
            "properties": parts,
            "additionalProperties": False,
            "minProperties": 1,
        }
        return {"anyOf": [whole, {"type": "string"}]}

    def take(self, words: list[str]) -> Any:
        """The parts that follow the lead."""
        if words and folded(words[0]) == self.lead:
            words.pop(0)
        return self.value(words)

    def value(self, words: list[str]) -> dict[str, Any]:
        """What each part says."""
        values: dict[str, Any] = {}
        while part := self._part(words, values):
            values[part.name] = part.take(words)
        if not values:
            raise ValueError(self.missing)
        return values

    def words(self, given: Any) -> list[str]:
        """The words of all parts."""
        if isinstance(given, str):
            return given.split()
        if not isinstance(given, dict) or not given.keys() <= {part.name for part in self.parts}:
            parts = ", ".join(part.name for part in self.parts)
            raise ValueError(
                later("{name} must be an object of {parts}", name=self.name, parts=parts)
            )
        words: list[str] = []
        for part in self.parts:
            if part.name in given:
                words += [*filter(None, [part.lead]), *part.words(given[part.name])]
        return words

    def _part(self, words: list[str], values: dict[str, Any]) -> Argument | None:
        if not words:
            return None
        return next((part for part in self.parts if part.follows(words, values)), None)


def _is_until_fixed(words: list[str]) -> bool:
    return folded(" ".join(words[:2])) == _UNTIL_FIXED


def _date_behind_until(words: list[str]) -> date | None:
    """The date that is meant; None where none stands behind the word until."""
    if len(words) < _TWO or folded(words[0]) != "until":
        return None
    try:
        return date.fromisoformat(dashed(words[1]))
    except ValueError:
        return None
