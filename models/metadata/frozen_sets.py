"""Sets as package managers and folders show them: lock files, environments, tables and JSON. Pure."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from models.metadata.requirement_lines import pinned, required, requirement
from models.metadata.shown_columns import columns
from models.metadata.shown_pages import keyed, page
from models.metadata.shown_trees import tree
from models.rules.bounded_toml import parsed
from models.rules.wanted import VERSION, Member

Members = tuple[Member, ...]

_TOML = re.compile(r"^\[{1,2}[\w.\"'-]+\]{1,2}[ \t]*\r?$", re.MULTILINE)
_CONDA = re.compile(r"^dependencies:[ \t]*\r?$", re.MULTILINE)
_CONDA_ITEM = re.compile(r"(?:[\w./-]+::)?(?P<name>[\w.-]+)(?:[ =<>!~].*)?")
_CONDA_VERSION = re.compile(r"(?:[\w./-]+::)?[\w.-]+ ?==? ?(?P<version>[\w.!+-]+)(?:=[\w.]+)?")
_HEADER = re.compile(r"(?:# ?)?(?:package|name)\s+version\b.*", re.IGNORECASE)
_FOLDER = re.compile(
    r"(?:d[rwxsStT-]{9}[.+@]?\s.*\s(?P<name>[^\s/]+)/?|l[rwx]{9}[.+@]?\s.*\s(?P<link>\S+) -> \S+)"
)
_SUBMODULE = re.compile(r"[ +U-]?(?P<sha>[0-9a-f]{40}) (?:\S*/)?(?P<name>[^\s/]+)(?: \(.*\))?")
_GITMODULES = re.compile(r"^\[submodule \"", re.MULTILINE)
_MODULE_URL = re.compile(r"^[ \t]*url[ \t]*=[ \t]*(\S+)", re.MULTILINE)
_LISTS = ("plugins", "installed", "components", "packages")
_NAMES = ("name", "package_name", "shortName")
_NOT_A_PACKAGE = frozenset({"python", "pip"})
_LONGEST_LINE = 500


def frozen(text: str) -> Members | None:
    """What such a text names, with the versions that it pins; None if it is none."""
    for read in _READERS:
        if found := read(text):
            return found
    return None


def _of_json(text: str) -> Members | None:
    """Lists of pip, conda and Jenkins, Discourse's `about.json`, Pipfile.lock, trees of pip and npm, CycloneDX."""
    if not text.lstrip().startswith(("[", "{")):
        return None
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(said, dict):
        if "_meta" in said:
            return tuple(_of_mapping(said.get("default")))
        if isinstance(said.get("dependencies"), dict):
            return tuple(_of_mapping(said["dependencies"]))
        lists = (said.get(key) for key in _LISTS)
        said = next((each for each in lists if isinstance(each, list)), None)
    return _of_objects(said)


def _of_toml(text: str) -> Members | None:
    """Lock files of poetry, uv, pdm and pip, Pipfile and pyproject.toml."""
    if not _TOML.search(text):
        return None
    try:
        said = parsed("", text, len(text))
    except ValueError:
        return None
    locked = _of_objects(said.get("package")) or _of_objects(said.get("packages"))
    if locked:
        return locked
    project = _table(said, "project").get("dependencies")
    poetry = _table(said, "tool", "poetry").get("dependencies")
    found = [*_of_requirements(project), *_of_mapping(poetry), *_of_mapping(said.get("packages"))]
    return tuple(found)


def _of_conda(text: str) -> Members | None:
    """What `conda env export` writes. Items that are indented further are pip's."""
    begun = _CONDA.search(text)
    if begun is None:
        return None
    found: list[Member] = []
    for line in text[begun.end() :].splitlines():
        item = line[:_LONGEST_LINE].lstrip()
        if item and not item.startswith(("-", "#")):
            break
        found += _of_conda_item(item.removeprefix("-").split("#")[0].strip())
    return tuple(found)


def _of_conda_item(item: str) -> list[Member]:
    if "://" in item:
        return list(required(item) or ())
    if "==" in item:
        return list(_of_requirements([item]))
    named = _CONDA_ITEM.fullmatch(item)
    if named is None:
        return []
    if named["name"] in _NOT_A_PACKAGE or item.startswith("_"):
        return []
    version = _CONDA_VERSION.fullmatch(item)
    return [(named["name"], version["version"] if version else "")]


def _of_table(text: str) -> Members | None:
    """What `pip list`, `uv pip list` and `conda list` show, up to the first line without a version."""
    lines = iter(text.splitlines())
    if not any(_HEADER.fullmatch(line.strip()[:_LONGEST_LINE]) for line in lines):
        return None
    found: list[Member] = []
    for line in lines:
        cells = line.split(maxsplit=2)
        if len(cells) < 2:
            break
        if cells[0].strip("-"):
            found.append((cells[0], cells[1]))
    return tuple(found)


def _of_folders(text: str) -> Members | None:
    """What `ls -l` and `git submodule status` show of a folder of plugins, and .gitmodules."""
    if _GITMODULES.search(text):
        return tuple((url, "") for url in _MODULE_URL.findall(text))
    found: list[Member] = []
    for line in text.splitlines():
        said = line[:_LONGEST_LINE].rstrip()
        if module := _SUBMODULE.fullmatch(said):
            found.append((module["name"], module["sha"]))
            continue
        folder = _FOLDER.fullmatch(said)
        name = (folder["name"] or folder["link"]) if folder else ""
        if name.strip("."):
            found.append((name, ""))
    return tuple(found)


def _of_objects(said: Any) -> Members | None:
    """A list of objects, each with a name, or with an object that has one; a commit says more than a version."""
    if not isinstance(said, list) or not all(isinstance(each, dict) for each in said):
        return None
    named = ((_text_in(each, _NAMES), each) for each in map(_package_in, said))
    return tuple((name, _version_in(each)) for name, each in named if name)


def _package_in(said: Mapping[str, Any]) -> Mapping[str, Any]:
    """What pip has in `metadata`, and pipdeptree in `package`."""
    inner = said.get("metadata", said.get("package"))
    return inner if isinstance(inner, dict) and _text_in(inner, _NAMES) else said


def _version_in(said: Mapping[str, Any]) -> str:
    return _text_in(said, ("commit_hash", "ref", "version", "installed_version"))


def _text_in(said: Mapping[str, Any], keys: Iterable[str]) -> str:
    """The first of these that is a text."""
    values = map(said.get, keys)
    return next((value for value in values if isinstance(value, str) and value), "")


def _of_mapping(said: Any) -> Iterator[Member]:
    """Packages by their names, each with a specifier or an object that has one."""
    for name, wanted in said.items() if isinstance(said, dict) else ():
        version = _version_in(wanted) if isinstance(wanted, dict) else str(wanted)
        if name not in _NOT_A_PACKAGE:
            yield name, version if VERSION.fullmatch(version) else pinned([version])


def _of_requirements(said: Any) -> Iterator[Member]:
    for each in said if isinstance(said, list) else ():
        try:
            yield requirement(str(each))
        except ValueError:
            continue


def _table(said: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    for key in keys:
        inner = said.get(key)
        said = inner if isinstance(inner, dict) else {}
    return said


_READERS = (
    _of_json,
    _of_toml,
    _of_conda,
    _of_table,
    _of_folders,
    tree,
    required,
    page,
    columns,
    keyed,
)
