"""Arguments that are names, or words as they stand. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from models.actions.arguments.argument import Argument, Schema, Source
from models.actions.words import dashed, folded
from models.rules import lengths
from models.rules.care import OUTBREAK, incident_numbers
from models.rules.speaking import Later, later

_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBERED = re.compile(r"#?[0-9]{1,18}")
_INCIDENT = "incident"
_INCIDENTS = (_INCIDENT, "incidents")


@dataclass(frozen=True, slots=True, kw_only=True)
class Name(Argument):
    """One word that names something.

    With `longest`, it is refused if it is blank or of more characters.
    """

    called: str = "NAME"
    of: Source | None = None
    lower: bool = False
    longest: int | None = None

    @property
    def placeholder(self) -> str:
        """As it is called in usage lines."""
        return self.called

    @property
    def source(self) -> Source | None:
        """Which names complete it."""
        return self.of

    @property
    def schema(self) -> Schema:
        """A string."""
        return {"type": "string", "minLength": 1}

    def value(self, words: list[str]) -> str:
        """One word, with plain dashes."""
        word = dashed(words.pop(0))
        if self.longest is not None:
            word = a_name(word, self.longest, self.missing)
        return word.casefold() if self.lower else word


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Name):
    """An incident by its number, or all the open ones of a plugin by its name."""

    @property
    def placeholder(self) -> str:
        """Both ways to name it."""
        return "NAME|NUMBER"

    @property
    def schema(self) -> Schema:
        """A number or a string."""
        return {"type": ["integer", "string"], "minimum": 1, "minLength": 1}

    def value(self, words: list[str]) -> str:
        """One word, or the number behind the word incident, as messages say it."""
        if len(words) > 1 and folded(words[0]) == _INCIDENT and _NUMBERED.fullmatch(words[1]):
            words.pop(0)
        return super(Number, self).value(words)

    def words(self, given: Any) -> list[str]:
        """One word."""
        if isinstance(given, bool) or not isinstance(given, int | str):
            raise ValueError(  # noqa: TRY004 - see above
                later("{name} must be an incident's number or a plugin's name", name=self.name)
            )
        return [str(given)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActedOn(Number):
    """What people act on: as a Number, or the open incidents of an outbreak as `outbreak 3`."""

    @property
    def placeholder(self) -> str:
        """Each way to name it."""
        return "NAME|NUMBER|outbreak NUMBER"

    def value(self, words: list[str]) -> str:
        """One word, or two where a number follows the word outbreak."""
        if len(words) > 1 and folded(words[0]) == OUTBREAK and _WHOLE_NUMBER.fullmatch(words[1]):
            words.pop(0)
            return f"{OUTBREAK} {words.pop(0)}"
        return super(ActedOn, self).value(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection(ActedOn):
    """Several incidents: by their numbers, or as what people act on."""

    @property
    def placeholder(self) -> str:
        """Each way to name them."""
        return "NAME|NUMBER …|outbreak NUMBER"

    @property
    def schema(self) -> Schema:
        """A list of numbers, one of them, or a string."""
        numbers = {"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 1}
        return {"anyOf": [numbers, super(Selection, self).schema]}

    def words(self, given: Any) -> list[str]:
        """A word for each."""
        if isinstance(given, str):
            return given.split() if incident_numbers(given) else [given]
        numbers = given if isinstance(given, list) else [given]
        return list(chain.from_iterable(map(super(Selection, self).words, numbers)))

    def value(self, words: list[str]) -> str:
        """The numbers with a space between, or as above."""
        if len(words) > 1 and folded(words[0]) in _INCIDENTS and _is_numbers(words[1]):
            words.pop(0)
        numbers: list[str] = []
        while words and _is_numbers(words[0]) and not (numbers and _is_length(words)):
            numbers += words.pop(0).replace(",", " ").split()
        return " ".join(numbers) or super(Selection, self).value(words)


def _is_numbers(word: str) -> bool:
    """Whether it is an incident's number, or several with commas between."""
    return bool(incident_numbers(word))


def _is_length(words: list[str]) -> bool:
    """Whether a length of time stands there whose unit is a word of its own, as in “2 days”."""
    return lengths.leading(words)[1] > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class NameOrWords(Name):
    """One word that names something; behind one of the `wordy` values, all the words that are left, as they stand.

    Of the one word, `fillers` may stand before it, as answers have them: conflicts with …
    """

    wordy: tuple[str, ...]
    fillers: tuple[str, ...] = ()

    def is_all_behind(self, known: Mapping[str, Any]) -> bool:
        """Whether one of these values is among the arguments before it."""
        return not set(self.wordy).isdisjoint(known.values())

    def value(self, words: list[str]) -> str:
        """The word, or what all of them make."""
        while len(words) > 1 and folded(words[0]) in self.fillers:
            words.pop(0)
        return words.pop(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Integer(Argument):
    """A whole number, as large as a database stores."""

    @property
    def placeholder(self) -> str:
        """As it is called."""
        return self.name.upper()

    @property
    def schema(self) -> Schema:
        """An integer."""
        return {"type": "integer"}

    def words(self, given: Any) -> list[str]:
        """One word. In a query string it is text."""
        if isinstance(given, bool) or not isinstance(given, int | str):
            raise ValueError(self._problem)  # noqa: TRY004 - people read ValueErrors as answers
        return [str(given)]

    def value(self, words: list[str]) -> int:
        """One word, with any of the dashes that people write for a minus."""
        word = dashed(words.pop(0))
        if not _WHOLE_NUMBER.fullmatch(word):
            raise ValueError(self._problem)
        return int(word)

    @property
    def _problem(self) -> Later:
        return later("{name} must be a whole number of 18 digits at the most", name=self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeWords(Argument):
    """All the words that are left, as they stand."""

    called: str

    @property
    def placeholder(self) -> str:
        """As it is called in usage lines."""
        return self.called

    @property
    def schema(self) -> Schema:
        """A string."""
        return {"type": "string"}

    def begins(self, words: list[str]) -> bool:
        """Any word begins it."""
        if self.lead:
            return bool(words) and folded(words[0]) == self.lead
        return bool(words)

    def value(self, words: list[str]) -> str:
        """Every word."""
        taken = " ".join(words).strip()
        words.clear()
        return taken


def a_name(text: str, longest: int, problem: str | Later) -> str:
    """The text as a name, without space around it.

    Raises:
        ValueError: nothing is left of it, or more than `longest` characters; the words are `problem`.
    """
    name = text.strip()
    if not name or len(name) > longest:
        raise ValueError(problem)
    return name
