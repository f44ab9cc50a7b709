"""References to other systems in what is answered, such as OPS-12, led to where they stand. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.messages.additions import before_buttons
from models.messages.drawing import in_words
from models.messages.message import Links, Message

_MOST = 10
_RESTS = {"number": r"(\d{1,18})", "word": r"([A-Za-z0-9_-]{1,64})"}


@dataclass(frozen=True, slots=True)
class Reference:
    """What an extension takes for a reference: a prefix and a `number` or a `word`, which leads to `link`."""

    owner: str
    prefix: str
    rest: str
    link: str


def with_links(message: Message, known: Sequence[Reference]) -> Message:
    """The message with where each reference in it leads, of ten at the most, before its buttons."""
    found = dict.fromkeys(_found(in_words(message), known))
    if not found:
        return message
    return before_buttons(message, (Links(tuple(found)[:_MOST]),))


def _found(words: str, known: Sequence[Reference]) -> Iterator[tuple[str, str]]:
    for each in known:
        pattern = rf"(?<!\w){re.escape(each.prefix)}{_RESTS[each.rest]}(?!\w)"
        for match in re.finditer(pattern, words, re.ASCII):
            yield match[0], each.link.replace("{rest}", match[1])
