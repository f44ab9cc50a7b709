"""In which language people are spoken to, and the core's own words in it, as gettext has them.

The words stand in English in the code, where they are marked: `say("It is {plugin}.", plugin=…)`, `count(…)`, and
`marked("…")` of constants, which are said later. `later("…")` is what a `ValueError` says. `make words` gathers them
in `lang/pluginwatch.pot`.
Which languages there are is set once where a process starts, as its log is; which one is spoken, around what is
composed for one reader, or for all who read the same.
"""

from collections.abc import Callable, Mapping
from contextvars import ContextVar, Token
from dataclasses import dataclass
from functools import wraps
from gettext import NullTranslations
from typing import ParamSpec, TypeVar

from models.rules.languages import ENGLISH, languages_near

_KNOWN: dict[str, NullTranslations] = {}
_SPOKEN: ContextVar[NullTranslations | None] = ContextVar("spoken", default=None)

Given = ParamSpec("Given")
Composed = TypeVar("Composed")


def marked(words: str) -> str:
    """The words as they are, to be said later."""
    return words


def say(words: str, /, **facts: object) -> str:
    """The words in the language that is spoken, with the facts in their places.

    Without facts nothing is put in, and a brace is a brace.
    """
    catalogue = _SPOKEN.get()
    said = catalogue.gettext(words) if catalogue and words else words
    return said.format(**facts) if facts else said


@dataclass(frozen=True, slots=True)
class Later:
    """Words that are said once it is known in which language: as text they are in the one that is spoken then."""

    words: str
    facts: Mapping[str, object]

    def __str__(self) -> str:
        """In the language that is spoken now."""
        return say(self.words, **self.facts)


def later(words: str, /, **facts: object) -> Later:
    """The words with the facts in their places, to be said later: what is read is wrong before anybody is spoken to."""
    return Later(words, facts)


def count(number: int, one: str, many: str, **facts: object) -> str:
    """The words for one, or those for another `number`, with it and the facts in their places: "3 plugins"."""
    catalogue = _SPOKEN.get()
    said = one if number == 1 else many
    if catalogue:
        said = catalogue.ngettext(one, many, number)
    return said.format(number=f"{number:,}", **facts)


class _Speaking:
    """What `speaking` gives: written out, as whatever is composed changes the language several times."""

    __slots__ = ("_before", "_language")

    def __init__(self, language: str) -> None:
        self._language = language
        self._before: Token[NullTranslations | None]

    def __enter__(self) -> None:
        self._before = _SPOKEN.set(_KNOWN.get(spoken(self._language)))

    def __exit__(self, *_error: object) -> None:
        _SPOKEN.reset(self._before)

    def __call__(self, compose: Callable[Given, Composed]) -> Callable[Given, Composed]:
        @wraps(compose)
        def said(*given: Given.args, **named: Given.kwargs) -> Composed:
            with _Speaking(self._language):
                return compose(*given, **named)

        return said


def speaking(language: str) -> _Speaking:
    """Say all in this language, or the nearest that there is; English is always one.

    For a `with` statement, or above a function that composes.
    """
    return _Speaking(language)


def speaks_english() -> bool:
    """Whether what is composed now is in English."""
    return _SPOKEN.get() is None


def language_spoken() -> str:
    """The tag of the language that is spoken now."""
    catalogue = _SPOKEN.get()
    if catalogue is None:
        return ENGLISH
    return next((tag for tag, each in _KNOWN.items() if each is catalogue), ENGLISH)


def languages_known() -> tuple[str, ...]:
    """The tags of the languages beside English."""
    return tuple(_KNOWN)


def spoken(language: str) -> str:
    """The tag of the language that is spoken where this one is wanted."""
    if not _KNOWN:
        return ENGLISH
    return next((each for each in languages_near(language) if each in _KNOWN), ENGLISH)


def speaks_others() -> bool:
    """Whether there is any language beside English."""
    return bool(_KNOWN)


def know(catalogues: Mapping[str, NullTranslations]) -> None:
    """Speak these languages from now on, beside English, and no others."""
    _KNOWN.clear()
    _KNOWN.update(catalogues)
