"""How templates speak other languages: `{% trans %}` for words with markup in them, `say` and `count` for others."""

import re
from functools import lru_cache
from typing import Any

from jinja2 import Environment
from markupsafe import Markup, escape

from models.rules.inert import inert
from models.rules.speaking import count, language_spoken, marked, say

_TAG = re.compile(r"<[^<>]+>")


def add_languages(environment: Environment) -> None:
    """What templates say is looked up in the language that is spoken when they are drawn."""
    environment.add_extension("jinja2.ext.i18n")
    # The new style hands facts over as arguments. They are put in here: the extension's own functions would let
    # hidden characters through.
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    environment.globals |= {
        "count": count,
        "gettext": _with_markup,
        "language_spoken": language_spoken,
        "marked": marked,
        "say": say,
    }


def made_inert(value: Any) -> Any:
    """What stands in double braces; markup is ours."""
    return inert(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _with_markup(words: str, /, **facts: Any) -> Markup:
    said = say(words)
    drawn = Markup(words) if said is words else _translated(words, said)  # noqa: S704 - words are a template's own
    if not facts:
        return drawn
    return drawn % {name: made_inert(value) for name, value in facts.items()}


@lru_cache(maxsize=1_000)
def _translated(words: str, said: str) -> Markup:
    """A translation's tags are those of the words that it stands for; any other is text."""
    drawn = str(escape(made_inert(said)))
    for tag in _TAG.findall(words):
        drawn = drawn.replace(str(escape(tag)), tag)
    return Markup(drawn)  # noqa: S704 - escaped, but for tags of our own
