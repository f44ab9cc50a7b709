"""The entry points of a host's plugins, each with the distribution that it belongs to."""

import json
import logging
from collections.abc import Iterator
from importlib.metadata import Distribution, EntryPoint, distributions
from itertools import chain
from typing import Any, NamedTuple, Optional

# What a report may carry of a branch and of a commit.
_LONGEST_BRANCH = 255
_LONGEST_VERSION = 64
# The branch of what was installed as a release, not from a repository.
RELEASES = "release"
# How a report calls a plugin.
UNKNOWN = 0
COMPATIBLE = 1
INCOMPATIBLE = 2

_log = logging.getLogger("pluginwatch.guard")


class Point(NamedTuple):
    """An entry point, and what its distribution is. `sha` is its version, or its commit if it came from Git."""

    group: str
    name: str
    value: str
    plugin: str
    branch: str
    sha: str
    url: str = ""
    entry: Optional[EntryPoint] = None
    source: Optional[Distribution] = None

    @property
    def key(self) -> str:
        """What it is known by in the folder of the Guard."""
        return f"{self.group}:{self.plugin}:{self.name}"

    @property
    def line(self) -> dict[str, Any]:
        """What a report tells of its distribution."""
        return {"name": self.plugin, "branch": self.branch, "sha": self.sha}


def find(group: str) -> list[Point]:
    """The entry points of a group. Of two distributions of one name the first counts, as it does for `import`.

    One whose files are damaged is left out, and keeps none of the others from being loaded.
    """
    found: dict[str, list[Point]] = {}
    for distribution in distributions():
        points = _points_or_none(distribution, group)
        if points:
            found.setdefault(_normal(points[0].plugin), points)
    return list(chain.from_iterable(found.values()))


def point_of(group: str, name: str, source: Optional[Distribution]) -> Point:
    """A point that is no entry point: something else of this distribution, or of none."""
    if source is None:
        return Point(group, name, name, name, RELEASES, "0")
    plugin, version = source.metadata["Name"], source.version
    branch, sha = _branch_and_sha(source, version)
    return Point(group, name, name, plugin, branch, sha, source=source)


def _points_or_none(distribution: Distribution, group: str) -> list[Point]:
    try:
        return list(_points(distribution, group))
    except Exception as error:  # noqa: BLE001 - what a damaged file ends with differs with Python's version
        where = getattr(distribution, "_path", "a distribution")
        _log.error("the entry points of %s cannot be read: %s", where, type(error).__name__)
        return []


def _points(distribution: Distribution, group: str) -> Iterator[Point]:
    entries = [each for each in distribution.entry_points if each.group == group]
    name = distribution.metadata["Name"] if entries else None
    if not name:
        return
    branch, sha = _branch_and_sha(distribution, distribution.version)
    url = distribution.metadata["Home-page"] or ""
    for each in entries:
        yield Point(group, each.name, each.value, name, branch, sha, url, each, distribution)


def _branch_and_sha(distribution: Distribution, version: str) -> tuple[str, str]:
    """Of what was installed from Git, its branch and commit: https://peps.python.org/pep-0610/."""
    try:
        origin = json.loads(distribution.read_text("direct_url.json") or "{}")["vcs_info"]
    except (ValueError, LookupError, TypeError):
        origin = {}
    if not isinstance(origin, dict):
        origin = {}
    branch = _word(origin.get("requested_revision"), _LONGEST_BRANCH) or RELEASES
    sha = _word(origin.get("commit_id"), _LONGEST_VERSION) or _word(version, _LONGEST_VERSION)
    return branch, sha or "0"


def _word(text: Any, limit: int) -> str:
    return "".join(text.split())[:limit] if isinstance(text, str) else ""


def _normal(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")
