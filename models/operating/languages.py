"""The languages that the operator put beside English: a catalogue of the core's words each, `lang/LANGUAGE.po`.

What cannot be used of one is left out, so that a mistake in it costs no more than the English words in its place.
"""

import io
import re
from collections.abc import Iterator
from gettext import GNUTranslations
from itertools import chain
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

import structlog

from models.rules.languages import is_language_tag
from models.rules.speaking import know

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

FOLDER = Path(__file__).parents[2] / "lang"
# Rules of plurals are tried with so many numbers.
_TRIED = 200

# Where something is put in between markup, as in the words of pages.
_IN_MARKUP = re.compile(r"%\(\w+\)s")

_log = structlog.get_logger()


def learn_languages(folder: Path = FOLDER) -> None:
    """Speak the languages of the folder. What is wrong with them stands in the log."""
    found = catalogues(folder)
    know({tag: catalogue for tag, (catalogue, _) in found.items() if catalogue})
    for tag, (_, problems) in found.items():
        for problem in problems:
            _log.warning("language_left_out", language=tag, why=problem)


def catalogues(folder: Path) -> dict[str, tuple[GNUTranslations | None, list[str]]]:
    """Each language of the folder, as far as it can be used, and what is wrong with it."""
    return {path.stem: read_catalogue(path) for path in sorted(folder.glob("*.po"))}


def read_catalogue(path: Path) -> tuple[GNUTranslations | None, list[str]]:
    """What can be used of a catalogue, and what cannot, in words."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - it takes long to import
    from babel.messages.pofile import PoFileError, read_po  # noqa: PLC0415 - as above

    if not is_language_tag(path.stem):
        return None, [f"{path.name}: a catalogue is called by the tag of its language, as de.po"]
    try:
        catalogue = read_po(io.BytesIO(path.read_bytes()), abort_invalid=True)
        problems = [f"{path.name}: {each}" for each in _without_wrong_ones(catalogue)]
        made = io.BytesIO()
        write_mo(made, catalogue)
        read = GNUTranslations(io.BytesIO(made.getvalue()))
        for number in range(_TRIED):
            read.ngettext("", "", number)
    # LookupError: a charset that nobody knows; ArithmeticError: a rule of plurals divides by nothing.
    except (OSError, PoFileError, ValueError, LookupError, ArithmeticError) as error:
        return None, [f"{path.name} cannot be read: {error}"]
    return read, problems


def _without_wrong_ones(catalogue: "Catalog") -> Iterator[str]:
    """Take out what would not fit into its place; say of each why."""
    for message in list(catalogue):
        if message.id and (why := _wrong(message)):
            catalogue.delete(message.id, message.context)
            yield f"line {message.lineno}: {why}"


def _wrong(message: "Message") -> str:
    """Why the translation cannot stand for the words; empty if it can."""
    known = _all_places(message.id)
    try:
        used = _all_places(message.string)
    except ValueError as error:
        return str(error)
    if strange := used - known:
        return f"nothing is put in at {', '.join(sorted(strange))}"
    if any(place.startswith("%") for place in known) and any(
        "%" in _IN_MARKUP.sub("", words) for words in _each(message.string)
    ):
        return "a % stands alone"
    return ""


def _all_places(words: object) -> set[str]:
    return set(chain.from_iterable(map(_places, _each(words))))


def _each(words: object) -> tuple[str, ...]:
    if isinstance(words, str):
        return (words,)
    return tuple(words) if isinstance(words, (tuple, list)) else ()


def _places(words: str) -> Iterator[str]:
    """Where something is put in, each as it is written: "{number:,}", or "%(name)s".

    Raises:
        ValueError: the braces make no sense.
    """
    for _, name, spec, conversion in Formatter().parse(words):
        if name is not None:
            form = f":{spec}" if spec else ""
            yield f"{{{name}{'!' + conversion if conversion else ''}{form}}}"
    yield from _IN_MARKUP.findall(words)
