"""The host as extensions see it: its version, its Python, its words, and whose each handle is."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from models.extensions.manifest import Handles, Manifest, read_handles
from models.extensions.manifest.words import satisfies
from models.version import VERSION

_OURS = Path(__file__).with_name("handles.toml")
_OPERATORS = "handles.toml"


@dataclass(frozen=True, slots=True)
class HostApi:
    """What an extension must fit."""

    version: Version
    python: Version


def this_host() -> HostApi:
    """What runs here."""
    return HostApi(Version(VERSION), Version(".".join(map(str, sys.version_info[:3]))))


def allocated(root: Path) -> Handles:
    """The handles that are allocated: by us, and by the operator in the folder of extensions.

    Raises:
        ValueError: the operator's list makes no sense; the words say why.
    """
    handles = read_handles(_OURS.read_text(encoding="utf-8"))
    more = root / _OPERATORS
    if not more.exists():
        return handles
    return handles.with_more(read_handles(more.read_text(encoding="utf-8")))


def unfit(manifest: Manifest, host: HostApi) -> Iterator[str]:
    """Why the extension does not fit this host."""
    needed = manifest.host.needs
    if not satisfies(host.version, needed):
        yield f"needs Pluginwatch {needed}; this is {host.version}"
    if manifest.host.breaks and satisfies(host.version, manifest.host.breaks):
        yield f"does not work with Pluginwatch {manifest.host.breaks}; this is {host.version}"
    if not satisfies(host.python, manifest.python.needs):
        yield f"needs Python {manifest.python.needs}; this is {host.python}"


def unmet(manifest: Manifest, there: Mapping[str, Version]) -> Iterator[str]:
    """Which extensions it needs that are not `there`, or not in a version that it needs."""
    for handle, wanted in manifest.requires.items():
        if handle not in there:
            yield f"needs the extension {handle} {wanted}".rstrip()
        elif not satisfies(there[handle], wanted):
            yield f"needs {handle} {wanted}; {there[handle]} is there"
