"""Short texts and numbers that mean something: names, branches, commits, hosts, statuses."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from models.rules.clean import REPLACEMENT
from models.rules.handle import LONGEST, handle
from models.rules.history_lines import branch_name
from webhooks.refusal import Refusal
from webhooks.shapes.objects import Schema

Meaning = TypeVar("Meaning", bound=StrEnum)

# Patterns are written as JSON Schema reads them (ECMA-262 with Unicode). This one says what `is_word` does.
WORD_PATTERN = r"^[^\p{C}\p{Z}\uFFFD]+$"
_NAME_PATTERN = r"^[^\uFFFD]*[\p{L}\p{Nd}\p{Nl}][^\uFFFD]*$"
_PRINTABLE_PATTERN = r"^[^\p{C}\p{Zl}\p{Zp}]*$"
_UNREADABLE = f", and none that could not be read ({REPLACEMENT})"


def is_word(text: str) -> bool:
    """Whether the text holds no space, no control character, and nothing that could not be read."""
    return text.isprintable() and " " not in text and REPLACEMENT not in text


@dataclass(frozen=True, slots=True)
class Word:
    """A branch, a commit or a host, in one word of 1 to `limit` characters.

    Refusals put `within` before its name.
    """

    name: str
    limit: int
    within: str = ""
    required: bool = True

    def read(self, fields: dict[str, Any]) -> str:
        """The word, without the spaces around it.

        Raises:
            Refusal: 400: it is missing, or not such a word.
        """
        value = fields.get(self.name)
        word = value.strip() if isinstance(value, str) else ""
        if not word or len(word) > self.limit or not is_word(word):
            rule = f"must be a text of 1 to {self.limit} characters without spaces{_UNREADABLE}"
            raise Refusal(400, f"{self.within}{self.name} {rule}")
        return word

    @property
    def schema(self) -> Schema:
        """A word of this length."""
        return {"type": "string", "minLength": 1, "maxLength": self.limit, "pattern": WORD_PATTERN}


@dataclass(frozen=True, slots=True)
class BranchName(Word):
    """A branch, by whatever name Git and CI call it."""

    def read(self, fields: dict[str, Any]) -> str:
        """The branch's own name.

        Raises:
            Refusal: 400: it is missing, or no such word.
        """
        return branch_name(super(BranchName, self).read(fields))


@dataclass(frozen=True, slots=True)
class PluginName:
    """The name of a plugin, of which its handle is made."""

    name: str
    required: bool = True

    def read(self, fields: dict[str, Any]) -> str:
        """The handle.

        Raises:
            Refusal: 400: it is missing, or no handle can be made of it.
        """
        made = self.handle(fields.get(self.name))
        if made is None:
            raise Refusal(
                400,
                f"{self.name} must be the plugin's name, of 1 to {LONGEST} characters{_UNREADABLE}",
            )
        return made

    @staticmethod
    def handle(name: Any) -> str | None:
        """The handle of a name, or None where none can be made."""
        # A character that could not be read is dropped from a handle, which may then be another plugin's.
        if not isinstance(name, str) or REPLACEMENT in name:
            return None
        try:
            return handle(name)
        except ValueError:
            return None

    @property
    def schema(self) -> Schema:
        """A text with a letter or a digit."""
        return {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": _NAME_PATTERN}


@dataclass(frozen=True, slots=True)
class WordChoice(Generic[Meaning]):
    """One of a few words."""

    name: str
    words: tuple[Meaning, ...]
    required: bool = False

    def read(self, fields: dict[str, Any]) -> Meaning | None:
        """The word, or None where there is none.

        Raises:
            Refusal: 400: it is another one.
        """
        return self.chosen(fields) if self.name in fields else None

    def chosen(self, fields: dict[str, Any]) -> Meaning:
        """The word.

        Raises:
            Refusal: 400: it is missing, or another one.
        """
        sent = fields.get(self.name)
        found = next((each for each in self.words if each == sent), None)
        if found is None:
            *others, last = self.words
            raise Refusal(400, f"{self.name} must be {', '.join(others)} or {last}")
        return found

    @property
    def schema(self) -> Schema:
        """One of the words."""
        return {"type": "string", "enum": [str(each) for each in self.words]}


@dataclass(frozen=True, slots=True, eq=False)
class CodedNumber(Generic[Meaning]):
    """A number that stands for something."""

    name: str
    meanings: Mapping[int, Meaning]
    required: bool = True

    def read(self, fields: dict[str, Any]) -> Meaning:
        """What the number stands for.

        Raises:
            Refusal: 400: it is missing, or stands for nothing.
        """
        number = fields.get(self.name)
        meaning = self.meanings.get(number) if type(number) is int else None
        if meaning is None:
            *others, last = [f"{each} ({word})" for each, word in self.meanings.items()]
            raise Refusal(400, f"{self.name} must be {', '.join(others)} or {last}")
        return meaning

    @property
    def schema(self) -> Schema:
        """One of the numbers, with what each stands for."""
        told = ", ".join(f"{number} {word}" for number, word in self.meanings.items())
        return {"type": "integer", "enum": list(self.meanings), "description": told}


@dataclass(frozen=True, slots=True)
class HostName:
    """The host name of the site that speaks, of `limit` characters at the most.

    It may be left out.
    """

    name: str
    limit: int
    required: bool = False

    def read(self, fields: dict[str, Any]) -> str | None:
        """The name as it was sent; None where there is none, or where it could not be read.

        Raises:
            Refusal: 400: it is no text, too long, or not printable.
        """
        sent = fields.get(self.name)
        if sent is None or (isinstance(sent, str) and REPLACEMENT in sent):
            return None
        if not isinstance(sent, str) or len(sent) > self.limit or not sent.isprintable():
            raise Refusal(400, f"{self.name} must be the site's host name")
        return sent

    @property
    def schema(self) -> Schema:
        """A printable text."""
        return {"type": ["string", "null"], "maxLength": self.limit, "pattern": _PRINTABLE_PATTERN}
