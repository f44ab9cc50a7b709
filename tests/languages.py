"""Languages made for a test."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po, write_po

from models.messages.message import Buttons, Code, Facts, Items, Links, Message, Table, Text
from models.operating.languages import learn_languages
from models.rules.speaking import know
from tests.words_template import TEMPLATE

_BRACKETED = re.compile(r"⟦[^⟦⟧]*⟧")


@contextmanager
def languages(folder: Path, **texts: str) -> Iterator[None]:
    """Speak these, each a catalogue by its tag, beside English."""
    for tag, text in texts.items():
        (folder / f"{tag}.po").write_text(text, encoding="utf-8")
    learn_languages(folder)
    try:
        yield
    finally:
        know({})


@cache  # it takes as long as ten tests
def bracketed() -> str:
    """The catalogue of a language in which each word of ours stands in ⟦ ⟧."""
    catalogue = read_po(io.BytesIO(TEMPLATE.read_bytes()), locale="en")
    for message in catalogue:
        if isinstance(message.id, tuple):
            message.string = tuple(f"⟦{each}⟧" for each in message.id)
        elif message.id:
            message.string = f"⟦{message.id}⟧"
    written = io.BytesIO()
    write_po(written, catalogue)
    return written.getvalue().decode()


def unmarked(message: Message, *data: str) -> list[str]:
    """The words of a message that stand in no brackets and are not among the data."""
    found: list[str] = []
    for said in _said(message):
        left = said
        while (less := _BRACKETED.sub(" ", left)) != left:
            left = less
        for each in sorted(data, key=len, reverse=True):
            left = left.replace(each, " ")
        found += re.findall(r"[A-Za-z]{2,}", left)
    return found


def _said(message: Message) -> Iterator[str]:
    yield message.title
    for block in message:
        match block:
            case Text(text):
                yield text
            case Items(items):
                yield from items
            case Facts(pairs):
                for pair in pairs:
                    yield from pair
            case Table(header, rows):
                for row in (header, *rows):
                    yield from row
            case Code(_, label):
                yield label
            case Links(pairs) | Buttons(pairs):
                for label, _ in pairs:
                    yield label
