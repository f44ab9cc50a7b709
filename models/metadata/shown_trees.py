"""Sets as trees: pipdeptree, `poetry show --tree`, `uv tree`, `npm ls`, and `tree` of a folder. Pure."""

import re

from models.rules.wanted import VERSION, Member

_BRANCH = re.compile(r"[ │|]*(?:[├└╰][─┬╴]*|[+`|\\]--|-(?= .*\[required: ))[ ]*")
_INSTALLED = re.compile(r"\[required: .*installed: (?P<version>[\w.+!-]+)")
_NAME = re.compile(r"@?[A-Za-z0-9][\w.-]*(?:/[\w.-]+)?")
_EXTRAS = re.compile(r"\[.*")
_LONGEST_LINE = 500


def tree(text: str) -> tuple[Member, ...] | None:
    """What stands at its branches, each once; None if there is no tree.

    Where no version stands there it is of folders, of which only the outermost ones count.
    """
    lines = [line[:_LONGEST_LINE] for line in text.splitlines() if line.strip()]
    branches = [_BRANCH.match(line) for line in lines]
    margins = [len(branch[0]) for branch in branches if branch]
    if not margins:
        return None
    versions: dict[str, str] = {}
    outermost: dict[str, str] = {}
    for line, branch in zip(lines, branches, strict=True):
        name, version = _node(line[branch.end() :] if branch else line)
        if not name:
            continue
        versions[name] = versions.get(name) or version
        if branch and len(branch[0]) == min(margins):
            outermost[name] = ""
    return tuple((versions if any(versions.values()) else outermost).items())


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
