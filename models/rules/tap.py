"""A failure as tools word it that speak TAP: "not ok", the title of the test, and the message below. Pure."""

import re
from collections.abc import Sequence

# The number, and what testem writes before a title: the browser and how long it took.
_FAILED = re.compile(
    r"[ \t]*not ok \d+ (?:- )?(?:\S[^\[\n]{0,80} - \[\d+ ms\] - )?(?P<title>\S.*)$"
)
_SKIPPED = re.compile(r"#[ \t]*(?:skip|todo)\b", re.IGNORECASE)
_MESSAGE = re.compile(r"[ \t]*message: *(?:[>|][-+]?)?(?P<words>.*)$")
_NEXT = re.compile(r"[ \t]*(?:not )?ok \d+ |[ \t]*\.\.\.$")


def failed_test(lines: Sequence[str]) -> list[str]:
    """The first failure's title, with its message behind it; empty where no line is TAP's."""
    for place, line in enumerate(lines):
        failed = _FAILED.match(line)
        if failed and not _SKIPPED.search(line):
            message = _message(lines[place + 1 :])
            return [f"{failed['title']}: {message}" if message else failed["title"]]
    return []


def _message(lines: Sequence[str]) -> str:
    for place, line in enumerate(lines):
        if _NEXT.match(line):
            return ""
        if found := _MESSAGE.match(line):
            below = (each.strip() for each in lines[place + 1 : place + 3])
            return found["words"].strip(" '\"") or next(filter(None, below), "")
    return ""
