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
from models.rules.ecosystems import Ecosystem
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
# https://github.com/jenkinsci/plugin-installation-manager-tool: the version may be left out, and an address follow it.
_JENKINS = re.compile(
    r"(?P<name>[A-Za-z0-9][\w.-]*)(?::(?P<at>(?!//)[\w.+-]*)(?::(?:https?://)?\S+)?)?"
)
_NEWEST = frozenset({"latest", "experimental"})
_FEWEST_VERSIONS = 2
_NOT_A_PACKAGE = frozenset({"python", "pip"})
_LONGEST_LINE = 500


def frozen(text: str) -> tuple[Members, Ecosystem | None]:
    """What such a text names, with the versions that it pins, and of which ecosystem, where it says; nothing if it is
    none.
    """
    for read, ecosystem in _READERS:
        if found := read(text):
            return found, ecosystem
    return (), None


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


def _of_requirements_file(text: str) -> Members | None:
    """Several requirements. A single one may be what somebody typed, of any plugin."""
    found = required(text)
    return found if found and len(found) > 1 else None


def _of_jenkins(text: str) -> Members | None:
    """A plugins.txt, as images of Jenkins are made of: several lines, most of them NAME:VERSION, without blanks."""
    lines = [line.partition("#")[0].strip() for line in text.splitlines()]
    found = [_JENKINS.fullmatch(line[:_LONGEST_LINE]) for line in lines if line]
    named = [each for each in found if each]
    if len(named) != len(found) or sum(bool(each["at"]) for each in named) < _FEWEST_VERSIONS:
        return None
    return tuple(
        (each["name"], "" if each["at"] in _NEWEST else each["at"] or "") for each in named
    )


# Of JSON, folders and what tools show, names and versions alone do not say of which ecosystem they are.
_READERS = (
    (_of_json, None),
    (_of_toml, Ecosystem.PYTHON),
    (_of_conda, Ecosystem.PYTHON),
    (_of_table, Ecosystem.PYTHON),
    (_of_folders, None),
    (tree, None),
    (_of_requirements_file, Ecosystem.PYTHON),
    (required, None),
    (_of_jenkins, Ecosystem.JENKINS),
    (page, None),
    (columns, None),
    (keyed, None),
)
