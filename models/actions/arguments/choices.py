"""Arguments that are one of a few words, or a word that is there or not. Pure."""

from dataclasses import dataclass
from typing import Any

from models.actions.arguments.argument import Argument, Schema
from models.actions.words import folded
from models.rules.speaking import Later, later, marked


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Argument):
    """One of a few words. What each stands for is `meaning`'s, or the word itself."""

    of: tuple[str, ...]
    meaning: tuple[Any, ...] = ()

    @property
    def fixed(self) -> tuple[str, ...]:
        """The words to choose from."""
        return self.of

    @property
    def placeholder(self) -> str:
        """The words to choose from."""
        return "|".join(self.of)

    @property
    def schema(self) -> Schema:
        """A string of these."""
        return {"type": "string", "enum": list(self.of)}

    def begins(self, words: list[str]) -> bool:
        """Whether one of the words stands there; after its lead any word does, to be told what is right."""
        if self.lead:
            return bool(words) and folded(words[0]) == self.lead
        return self._found(words) is not None

    def value(self, words: list[str]) -> Any:
        """What the word stands for. A word with an underscore may be written as two."""
        found = self._found(words)
        if found is None:
            raise ValueError(self._wrong)
        del words[: found[1]]
        place = self.of.index(found[0])
        return self.meaning[place] if self.meaning else found[0]

    @property
    def _wrong(self) -> Later:
        words = self.missing or marked("{name} must be one of {choices}")
        return later(words, name=self.name, choices=", ".join(self.of))

    def _found(self, words: list[str]) -> tuple[str, int] | None:
        """The chosen word, and how many words it takes."""
        for size in (1, 2):
            typed = folded("_".join(words[:size]))
            for word in self.of:
                if len(words) >= size and typed in {word, word.replace(" ", "_")}:
                    return word, size
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag(Argument):
    """A word that is there or not."""

    word: str
    also: tuple[str, ...] = ()

    @property
    def fixed(self) -> tuple[str, ...]:
        """The word."""
        return (self.word,)

    @property
    def placeholder(self) -> str:
        """The word."""
        return self.word

    @property
    def schema(self) -> Schema:
        """Yes or no."""
        return {"type": "boolean"}

    def begins(self, words: list[str]) -> bool:
        """Whether the word stands there."""
        return bool(words) and folded(words[0]) in {self.word, *self.also}

    def value(self, words: list[str]) -> bool:
        """Yes."""
        words.pop(0)
        return True

    def words(self, given: Any) -> list[str]:
        """The word, or nothing."""
        if not isinstance(given, bool):
            raise ValueError(later("{name} must be true or false", name=self.name))  # noqa: TRY004 - see above
        return [self.word] if given else []
