"""A failure as RSpec words it: the example's title, the code that failed, and only then the error. Pure."""

import re
from collections.abc import Sequence

_FAILED = re.compile(r"[ \t]*(?:\d+\.\d+\) )?Failure/Error:(?P<code>.*)$")
_TITLE = re.compile(r"[ \t]*\d+\) (?P<words>\S.*)$")
_CLASS = re.compile(r"[ \t]*(?P<name>(?:[A-Z]\w*::)*[A-Z]\w*):$")
_FRAME = re.compile(r"[ \t]*(?:# |\[Screenshot|Shared Example Group:)")
# A line for what was expected, one for what came.
_EXPECTATION = 2


def failed_example(lines: Sequence[str]) -> list[str]:
    """The first failure's error, with its class; else what was expected, behind the example's title.

    Empty where no line is RSpec's.
    """
    place = next((place for place, line in enumerate(lines) if _FAILED.match(line)), None)
    if place is None:
        return []
    said = _said(lines, place) or [_code(lines[place])]
    named = _CLASS.match(said[0])
    words = [line.strip() for line in said]
    if named and len(words) > 1:
        return [f"{named['name']}: {words[1]}", *words[2:]]
    title = next((found["words"] for line in lines[place::-1] if (found := _TITLE.match(line))), "")
    expected = ", ".join(words[:_EXPECTATION])
    return [f"{title}: {expected}" if title else expected, *words[_EXPECTATION:]]


def _code(line: str) -> str:
    """The code that failed, where it is one line long."""
    found = _FAILED.match(line)
    return found["code"].strip() if found else ""


def _said(lines: Sequence[str], place: int) -> list[str]:
    """The paragraph of the error: the one below the code, or the rest of a code's own that is one line long."""
    start = place + 1
    is_alone = bool(_code(lines[place])) and start < len(lines) and lines[start].strip()
    if not is_alone:
        while start < len(lines) and lines[start].strip():
            start += 1
    while start < len(lines) and not lines[start].strip():
        start += 1
    said: list[str] = []
    for line in lines[start:]:
        if not line.strip() or _FRAME.match(line):
            break
        said.append(line)
    return said
