"""Sets as package managers and folders show them: lock files, environments, tables and JSON. Pure."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from models.metadata.requirement_lines import pinned, required, requirement
from models.rules.bounded_toml import parsed
from models.rules.wanted import Member

Members = tuple[Member, ...]

_TOML = re.compile(r"^\[{1,2}[\w.\"'-]+\]{1,2}[ \t]*\r?$", re.MULTILINE)
_CONDA = re.compile(r"^dependencies:[ \t]*\r?$", re.MULTILINE)
_CONDA_ITEM = re.compile(r"(?:[\w./-]+::)?(?P<name>[\w.-]+)(?:[ =<>!~].*)?")
_CONDA_VERSION = re.compile(r"(?:[\w./-]+::)?[\w.-]+ ?==? ?(?P<version>[\w.!+-]+)(?:=[\w.]+)?")
_HEADER = re.compile(r"(?:# ?)?(?:package|name)\s+version\b.*", re.IGNORECASE)
_FOLDER = re.compile(r"d[rwxsStT-]{9}[.+@]?\s.*\s(?P<name>[^\s/]+)/?")
_SUBMODULE = re.compile(r"[ +U-]?(?P<sha>[0-9a-f]{40}) (?:\S*/)?(?P<name>[^\s/]+)(?: \(.*\))?")
_GITMODULES = re.compile(r"^\[submodule \"", re.MULTILINE)
_MODULE_URL = re.compile(r"^[ \t]*url[ \t]*=[ \t]*(\S+)", re.MULTILINE)
_COMMIT = re.compile(r"[0-9a-f]{7,40}")
_NOT_A_PACKAGE = frozenset({"python", "pip"})
_LONGEST_LINE = 500


def frozen(text: str) -> Members | None:
    """What such a text names, with the versions that it pins; None if it is none."""
    for read in (_of_json, _of_toml, _of_conda, _of_table, _of_folders, required):
        if found := read(text):
            return found
    return None


def _of_json(text: str) -> Members | None:
    """Lists of pip and conda, Discourse's `about.json`, Pipfile.lock."""
    if not text.lstrip().startswith(("[", "{")):
        return None
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(said, dict):
        if "_meta" in said:
            return tuple(_of_mapping(said.get("default")))
        said = said.get("plugins")
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
        if folder and folder["name"].strip("."):
            found.append((folder["name"], ""))
    return tuple(found)


def _of_objects(said: Any) -> Members | None:
    """A list of objects, each with a name; a commit says more than a version."""
    if not isinstance(said, list) or not all(isinstance(each, dict) for each in said):
        return None
    named = [each for each in said if isinstance(each.get("name"), str)]
    return tuple((each["name"], _version_in(each)) for each in named)


def _version_in(said: Mapping[str, Any]) -> str:
    for key in ("commit_hash", "ref", "version"):
        value = said.get(key)
        if isinstance(value, str) and value:
            return value
    return ""


def _of_mapping(said: Any) -> Iterator[Member]:
    """Packages by their names, each with a specifier or an object that has one."""
    for name, wanted in said.items() if isinstance(said, dict) else ():
        version = _version_in(wanted) if isinstance(wanted, dict) else str(wanted)
        if name not in _NOT_A_PACKAGE:
            yield name, version if _COMMIT.fullmatch(version) else pinned([version])


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
