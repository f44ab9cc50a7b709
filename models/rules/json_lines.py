"""Lines of JSON, as services log them, read for the words in them. Pure."""

import json
import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

# What services call what they say, then the error, then where it was raised; compared without capital letters.
_WORDS = ("message", "msg", "short_message", "@m", "event", "log", "text", "detail", "value")
_ERRORS = ("error", "err", "exception", "errors", "values", "exc_info", "@x")
_STACKS = ("stack", "backtrace", "stacktrace", "stack_trace", "traceback", "full_message")
_CLASSES = ("type", "class", "name", "kind", "exception_class", "error_class")
_BESIDE = (*_CLASSES, *_WORDS, *_STACKS)
_CLASS = re.compile(r"[\w.:$\\]*(?:Error|Exception)|[A-Z]\w*(?:::[A-Z]\w*)+")
# Of JSON whose middle or end was cut off.
_CUT = re.compile(r'"(?:message|msg|error|event)"[ \t]*:[ \t]*"((?:\\.|[^"\\\n])++)', re.IGNORECASE)
_DEEPEST = 6
_MOST_ITEMS = 100
_LONGEST = 64 * 1024


def spoken(lines: Sequence[str]) -> Sequence[str]:
    """The lines, with what those in JSON say in their place."""
    if not any(_begins(line) for line in lines):
        return lines
    if whole := _words_of("\n".join(lines)):
        return whole
    return list(chain.from_iterable(_words_of(line) or [line] for line in lines))


def _begins(line: str) -> bool:
    return line.lstrip().startswith(("{", "["))


def _words_of(text: str) -> Sequence[str]:
    """What an object in JSON says, or the first one of a list; nothing where this is none."""
    written = text.strip()[:_LONGEST]
    if not _begins(written):
        return []
    try:
        said = json.loads(written)
    except (ValueError, RecursionError):
        return _before_the_cut(written)
    # One line may be said twice: browsers repeat an error above its stack.
    return list(dict.fromkeys(_said(said, 0))) if isinstance(said, dict | list) else []


def _before_the_cut(written: str) -> Sequence[str]:
    found = _CUT.search(written) if written.startswith("{") else None
    if found is None:
        return []
    try:
        return str(json.loads(f'"{found[1]}"')).splitlines()
    except ValueError:
        return [found[1]]


def _said(value: Any, depth: int) -> Iterator[str]:
    """The lines of a text, of a list of them, or of an object: its words, its errors, and their frames."""
    if isinstance(value, str):
        yield from value.splitlines()
    elif isinstance(value, list) and depth < _DEEPEST:
        for each in value[:_MOST_ITEMS]:
            yield from _said(each, depth + 1)
    elif isinstance(value, dict) and depth < _DEEPEST:
        yield from _of_object(value, depth + 1)


def _of_object(said: dict[str, Any], depth: int) -> Iterator[str]:
    named = {name.casefold(): value for name, value in said.items()}
    yield from _with_class(named, _first(named, _WORDS, depth))
    for name in (*_ERRORS, *_STACKS):
        yield from _said(named.get(name), depth)
        # Some write what is within an object beside it, as error.message.
        within = {key: named[f"{name}.{key}"] for key in _BESIDE if f"{name}.{key}" in named}
        if within:
            yield from _said(within, depth)


def _first(named: dict[str, Any], names: Sequence[str], depth: int) -> list[str]:
    """The lines of the first of these that says something."""
    return next(filter(None, (list(_said(named.get(name), depth)) for name in names)), [])


def _with_class(named: dict[str, Any], words: list[str]) -> list[str]:
    """An error's words behind its class, where that stands beside them."""
    classes = (named.get(name) for name in _CLASSES)
    found = next((each for each in classes if isinstance(each, str) and _CLASS.fullmatch(each)), "")
    if not found or (words and found in words[0]):
        return words
    return [f"{found}: {words[0]}", *words[1:]] if words else [found]
