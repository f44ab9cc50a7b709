"""Languages, by their tags: de, or pt-br. Pure."""

import re
from collections.abc import Collection, Iterable

# What Pluginwatch itself speaks, and an extension where it does not speak another one.
ENGLISH = "en"
_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?")


def language_tag(text: str) -> str:
    """The tag in small letters, with a hyphen.

    Raises:
        ValueError: it is none.
    """
    tag = text.casefold().replace("_", "-")
    if _TAG.fullmatch(tag) is None:
        raise ValueError("“language” needs the tag of one, such as en, de or pt-br")
    return tag


def is_language_tag(text: str) -> bool:
    """Whether it is the tag of one, as it is written here."""
    return _TAG.fullmatch(text) is not None


def languages_near(language: str) -> tuple[str, ...]:
    """The language, and what stands in for it where that is missing, nearest first: de for de-at, then English."""
    return tuple(dict.fromkeys((language, language.partition("-")[0], ENGLISH)))


def languages_spoken(wanted: Iterable[str], words: Collection[str]) -> list[str]:
    """Of what is wanted the nearest that there are words in; English is always one, and the first."""
    known = {ENGLISH, *words}
    nearest = (next(each for each in languages_near(tag) if each in known) for tag in wanted)
    return list(dict.fromkeys((ENGLISH, *nearest)))
