"""A range of versions as an argument. Pure."""

from dataclasses import dataclass
from typing import Any

from models.actions.arguments.argument import Argument, Schema
from models.actions.words import folded
from models.rules.ranges import clauses, is_part
from models.rules.speaking import later


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions(Argument):
    """A range of versions, such as `>=3.5, <4`: all words that are parts of one, as they stand.

    What a version without a relation means is for whoever takes it.
    """

    @property
    def placeholder(self) -> str:
        """As usage lines call it."""
        return "VERSIONS"

    @property
    def schema(self) -> Schema:
        """A string."""
        return {"type": "string", "minLength": 1, "examples": [">=3.5, <4"]}

    def begins(self, words: list[str]) -> bool:
        """Whether a part of a range stands there; after its lead any word does, to be told what is right."""
        if self.lead:
            return bool(words) and folded(words[0]) == self.lead
        return bool(words) and is_part(words[0])

    def value(self, words: list[str]) -> str:
        """Its words, once they make a range."""
        parts: list[str] = []
        while words and is_part(words[0]):
            parts.append(words.pop(0))
        range_ = " ".join(parts or words[:1])
        clauses(range_)
        return range_

    def words(self, given: Any) -> list[str]:
        """Its parts."""
        if not isinstance(given, str):
            raise ValueError(later("{name} must be a string, such as >=3.5", name=self.name))  # noqa: TRY004 - people read it
        return given.split()
