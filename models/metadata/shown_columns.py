"""Sets in columns: what hosts and package managers list, tables with names above them, and `ls`. Pure."""

import re
from collections.abc import Iterable, Sequence
from itertools import chain

from models.rules.wanted import VERSION, Member, members_in

Members = tuple[Member, ...]

_NAME = re.compile(r"@?[A-Za-z0-9][\w./-]*")
_NUMBER = re.compile(r"v?\d[\w.+!-]*")
_FOLDER = re.compile(r"[A-Za-z_][\w.-]*/?")
_WIDE = re.compile(r"\t|\s{2,}")
_RULE = re.compile(r"[-+=|:\s]+")
_NAMES = ("name", "plugin", "package", "slug", "artifactid", "id")
_VERSIONS = ("version", "installed version", "current version", "installed", "current")
_HEADER_WITHIN = 5  # lines
_REMOTE = re.compile(r"\S+\t(?P<address>\S+) \((?:fetch|push)\)(?: .*)?")
_HEADING = re.compile(r"\*\*\* .* \*\*\*|[A-Z].*:")
_GEM = re.compile(r"(?:\* )?(?P<name>[\w.-]+) \((?:default: )?(?P<version>\d[\w.-]*)[^)]*\)")
_NOT_INSTALLED = "(!)"  # as poetry marks it
_LONGEST_LINE = 500
# Of a folder's names one in so many has several words, at the least; of words beside names there are hardly any.
_SHARE_JOINED = 3


def columns(text: str) -> Members | None:
    """What the rows name, with the versions beside it; None if these are no such columns."""
    lines = [line[:_LONGEST_LINE].strip() for line in text.splitlines() if line.strip()]
    for read in (_below_a_header, _described, _titled, _gems, _remotes, _folders):
        if found := read(lines):
            return found
    return None


def _below_a_header(lines: Sequence[str]) -> Members | None:
    """Rows of a table whose first line names its columns, as wp and spreadsheets have it."""
    for number, line in enumerate(lines[:_HEADER_WITHIN]):
        header = [cell.casefold() for cell in _cells(line)]
        name, version = _place(header, _NAMES), _place(header, _VERSIONS)
        if name is None or version is None:
            continue
        rows = [_cells(row) for row in lines[number + 1 :] if not _RULE.fullmatch(row)]
        full = [row for row in rows if len(row) > max(name, version)]
        return tuple(_member(row[name], row[version]) for row in full if members_in(row[name]))
    return None


def _cells(line: str) -> list[str]:
    if "|" in line:
        return [cell.strip() for cell in line.strip("|").split("|")]
    cells = _WIDE.split(line) if "\t" in line or "," not in line else line.split(",")
    return [cell.strip(" \"'#") for cell in cells]


def _place(header: Sequence[str], names: Iterable[str]) -> int | None:
    """Where the first of these names that the header has stands in it."""
    for name in names:
        if name in header:
            return header.index(name)
    return None


def _member(cell: str, version: str) -> Member:
    name, of_name = members_in(cell)[0]
    return name, version if VERSION.fullmatch(version) else of_name


def _described(lines: Sequence[str]) -> Members | None:
    """`poetry show`: a name, its version, and what it is for."""
    found: list[Member] = []
    any_described = False
    for line in lines:
        words = [word for word in line.split() if word != _NOT_INSTALLED]
        if len(words) < 2 or not _is_pair(words[0], words[1]):
            return None
        found.append((words[0], words[1]))
        any_described |= len(words) > 2
    return tuple(found) if any_described else None


def _titled(lines: Sequence[str]) -> Members | None:
    """Jenkins' `list-plugins`: a name, its title, its version, and a newer one in brackets."""
    found: list[Member] = []
    for line in lines:
        cells = _WIDE.split(line)
        version = cells[-1].partition(" (")[0]
        if len(cells) < 3 or not _is_pair(cells[0], version):
            return None
        found.append((cells[0], version))
    return tuple(found)


def _gems(lines: Sequence[str]) -> Members | None:
    """`gem list` and `bundle list`: the newest version, and others, in brackets."""
    found: list[Member] = []
    for line in lines:
        if _HEADING.fullmatch(line):
            continue
        gem = _GEM.fullmatch(line)
        if gem is None:
            return None
        found.append((gem["name"], gem["version"]))
    return tuple(found)


def _is_pair(name: str, version: str) -> bool:
    return bool(_NAME.fullmatch(name) and _NUMBER.fullmatch(version))


def _remotes(lines: Sequence[str]) -> Members | None:
    """`git remote -v`, which has each address twice."""
    found: dict[str, str] = {}
    for line in lines:
        remote = _REMOTE.fullmatch(line)
        if remote is None:
            return None
        found[remote["address"]] = ""
    return tuple(found.items())


def _folders(lines: Sequence[str]) -> Members | None:
    """`ls` on a terminal: names side by side, each once, none of them a version, and many of several words."""
    rows = [_WIDE.split(line) for line in lines]
    names = list(chain.from_iterable(rows))
    if max(map(len, rows), default=0) < 2 or not all(map(_FOLDER.fullmatch, names)):
        return None
    if any(map(VERSION.fullmatch, names)) or len(set(names)) < len(names):
        return None
    joined = [name for name in names if "-" in name or "_" in name]
    if len(joined) * _SHARE_JOINED < len(names):
        return None
    return tuple((name.rstrip("/"), "") for name in names)
