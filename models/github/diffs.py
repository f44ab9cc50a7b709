"""What a commit touches, of GitHub's answer on it."""

import re
from collections.abc import Iterable

from models.github.fields import Fields
from models.rules.clues import is_name
from models.rules.commit_index import CommitRead

_LONGEST_PATCH = 40_000
_MOST_NAMES, _MOST_FILES = 2_000, 300
_LONGEST_NAME = 120
# Texts for people, what others wrote, and lists that machines write name nothing of the host's own.
_NOT_CODE = re.compile(
    r"(?:^|/)(?:locales|vendor|node_modules|fixtures|public)/|\.(?:yml|yaml|lock|md|svg|json|csv|s?css)$"
)
_NAME = re.compile(r"[A-Za-z_]\w*(?:(?:::|\.)[A-Za-z_]\w*)*[?!]?")
_DEFINED = re.compile(
    r"(?:\b(?:def(?: self\.)?|class|module|function|const|let|get|set)\s+|(?<![\w:]):|[\"'])([A-Za-z_]\w*[?!]?)"
)
_REMOVED = frozenset({"removed", "renamed"})


def touched(answer: Fields, title: str) -> CommitRead:
    """The files of the commit, and the names on its changed lines.

    Raises:
        MalformedError: a field of the answer is not as it should be.
    """
    files: dict[str, None] = {}
    left: dict[str, None] = {}
    came: dict[str, None] = {}
    gone: set[str] = set()
    for file in list(answer.maybe_objects("files"))[:_MOST_FILES]:
        path, status = file.text("filename", 1_000), file.words("status")
        before = file.words("previous_filename", 1_000) or path
        files |= {path: None, before: None}
        if status in _REMOVED:
            gone.add(before)
        if not _NOT_CODE.search(path):
            lines = file.words("patch", _LONGEST_PATCH).splitlines()
            left |= _names(line[1:] for line in lines if line.startswith("-"))
            came |= _names(line[1:] for line in lines if line.startswith("+"))
    gone |= left.keys() - came.keys()
    names = tuple(left | came)[:_MOST_NAMES]
    return CommitRead(answer.sha("sha"), title, tuple(files), names, frozenset(gone))


def _names(lines: Iterable[str]) -> dict[str, None]:
    found: dict[str, None] = {}
    for line in lines:
        structured = [name for name in _NAME.findall(line) if is_name(name)]
        for name in (*structured, *_DEFINED.findall(line)):
            if len(name) <= _LONGEST_NAME:
                found[name] = None
    return found
