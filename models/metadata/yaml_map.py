"""A YAML map of one level, as text and as Ruby's Psych reads it.

The parser's events are read in place of a loaded document: nothing nested is ever built, and an
alias is refused before it can multiply.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from models.metadata.yaml11 import NotAllowedError, Value, scalar

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_TEXT_TAGS = frozenset({"", "tag:yaml.org,2002:str", "!str"})
_UNKNOWN_TAG = re.compile(r"![^a-z/:,]*")
_QUOTES = frozenset("'\"|>")
_FORM = "of the form `HOST VERSION: COMMIT`"
_SHOWN = 60
# Each level makes libyaml slower with each letter; such a file has one.
_DEEPEST = 50


class NoMapError(ValueError):
    """It is no such map; the message is a sentence for whoever wrote it."""


@dataclass(frozen=True, slots=True)
class Written:
    """A key or a value: its text, and what that is to Psych. Whatever is nested is no text: True.

    `tag` is one that Psych does not know and leaves out, such as what it takes `!= 3.5` to begin with.
    """

    text: str
    value: Value
    tag: str = ""

    @property
    def shown(self) -> str:
        """The text, cut for messages."""
        return self.text[:_SHOWN] or "null"


_NESTED = Written("…", value=True)


def pairs(words: str) -> list[tuple[Written, Written]]:
    """The keys and values of the first document, in turn.

    Raises NoMapError if it is no map, or if Psych refuses it.
    """
    try:
        written = list(_written(words))
    except yaml.YAMLError as error:
        raise NoMapError(f"The file is not valid YAML{_place(error)}.") from error
    return list(zip(written[::2], written[1::2], strict=True))


def _written(words: str) -> Iterator[Written]:
    depth = 0
    for event in yaml.parse(words, Loader=_LOADER):
        if isinstance(event, yaml.AliasEvent):
            raise NoMapError(f"{_line(event)} uses an alias; Discourse's reader allows none.")
        if not depth and isinstance(event, yaml.ScalarEvent | yaml.SequenceStartEvent):
            raise NoMapError(f"{_line(event)} is not {_FORM}.")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth == 2:
                yield _NESTED
            if depth > _DEEPEST:
                raise NoMapError(f"{_line(event)} is nested deeper than {_DEEPEST} levels.")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
            if not depth:
                return
        elif isinstance(event, yaml.ScalarEvent) and depth == 1:
            yield _read(event)
    raise NoMapError(f"The file has no line {_FORM}.")


def _read(event: yaml.ScalarEvent) -> Written:
    tag = event.tag or ""
    if tag not in _TEXT_TAGS and not _UNKNOWN_TAG.fullmatch(tag):
        raise NoMapError(f"{_line(event)} uses a tag; only plain text is allowed.")
    if tag in _TEXT_TAGS - {""} or event.style in _QUOTES:
        return Written(event.value, event.value)
    try:
        return Written(event.value, scalar(event.value), tag)
    except NotAllowedError as error:
        shown = event.value[:_SHOWN]
        raise NoMapError(f"`{shown}` is {error} to YAML; write it in quotes.") from error


def _line(event: yaml.Event) -> str:
    return f"Line {event.start_mark.line + 1}" if event.start_mark else "A line"


def _place(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f" (line {mark.line + 1})" if mark else ""
