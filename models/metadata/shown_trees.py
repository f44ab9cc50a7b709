"""Sets as trees: pipdeptree, `poetry show --tree`, `uv tree`, `npm ls`, and `tree` of a folder. Pure."""

import re

from models.rules.wanted import VERSION, Member

_BRANCH = re.compile(r"[ │|]*(?:[├└╰][─┬╴]*|[+`|\\]--|-(?= .*\[required: ))[ ]*")
_INSTALLED = re.compile(r"\[required: .*installed: (?P<version>[\w.+!-]+)")
_NAME = re.compile(r"@?[A-Za-z0-9][\w.-]*(?:/[\w.-]+)?")
_EXTRAS = re.compile(r"\[.*")
_LONGEST_LINE = 500


def tree(text: str) -> tuple[Member, ...] | None:
    """What stands at its branches, each once; None if the text has no tree.

    A tree without versions is one of folders: only the outermost ones count.
    """
    lines = [line[:_LONGEST_LINE] for line in text.splitlines() if line.strip()]
    # How wide the lines of the tree are before each name; 0 before one that hangs on nothing.
    margins = [_margin(line) for line in lines]
    if not any(margins):
        return None
    outermost_margin = min(filter(None, margins))
    versions: dict[str, str] = {}
    outermost: dict[str, str] = {}
    for line, margin in zip(lines, margins, strict=True):
        name, version = _node(line[margin:])
        if not name:
            continue
        versions[name] = versions.get(name) or version
        if margin == outermost_margin:
            outermost[name] = ""
    found = versions if any(versions.values()) else outermost
    return tuple(found.items())


def _margin(line: str) -> int:
    branch = _BRANCH.match(line)
    return branch.end() if branch else 0


def _node(words: str) -> Member:
    """The package and its version; no name where this is none, or the project itself with its folder."""
    first, *rest = words.removeprefix("UNMET DEPENDENCY ").split() or [""]
    name, _, version = first.partition("==")
    if "@" in name[1:]:
        name, _, version = name.rpartition("@")
    name = _EXTRAS.sub("", name)
    if not _NAME.fullmatch(name) or (rest and rest[0].startswith(("/", "."))):
        return "", ""
    if installed := _INSTALLED.search(words):
        return name, installed["version"]
    if rest and not version and VERSION.fullmatch(rest[0]):
        version = rest[0]
    return name, version if VERSION.fullmatch(version) else ""
