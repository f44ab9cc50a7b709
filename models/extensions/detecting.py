"""What could be installed: packages in `incoming`, and bundled ones, of each of which only the manifest is read."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from packaging.version import Version

from models.extensions.contents import MANIFEST, peek
from models.extensions.host import HostApi, unfit
from models.extensions.installed import Known
from models.extensions.manifest import Handles, Manifest, ManifestError, read
from models.extensions.refusal import PackageError
from models.extensions.store import Store


@dataclass(frozen=True, slots=True)
class Detected:
    """A package that could be installed, with its manifest and the `text` of it.

    With any `problems` it is refused; what is in its wheels is looked at when it is installed.
    """

    path: Path
    text: str
    manifest: Manifest | None
    problems: tuple[str, ...]


def detect(
    store: Store, host: HostApi, handles: Handles, commands: frozenset[str]
) -> tuple[Detected, ...]:
    """Every package in `incoming`, and those bundled with Pluginwatch, by name."""
    there = sorted(store.packages().items())
    return tuple(look_at(path, host, handles, commands) for _, path in there)


def look_at(path: Path, host: HostApi, handles: Handles, commands: frozenset[str]) -> Detected:
    """What a package says of itself, and whether it fits."""
    try:
        text = peek(path)
        manifest = read(text, handles, commands)
    except (PackageError, ManifestError) as error:
        return Detected(path, "", None, error.problems)
    return Detected(path, text, manifest, tuple(unfit(manifest, host)))


def stamp(path: Path, host: HostApi, handles: Handles) -> str:
    """What changes when a package, or what it is judged by, may have changed.

    Raises:
        OSError: it is gone.
    """
    looked_at = path / MANIFEST if path.is_dir() else path
    found = looked_at.stat() if looked_at.exists() else path.lstat()
    judged_by = f"{host} {sorted(handles.publishers.items())}"
    return f"{found.st_size}-{found.st_mtime_ns}-{sha256(judged_by.encode()).hexdigest()[:8]}"


def named(handle: str, detected: tuple[Detected, ...]) -> Detected | None:
    """The newest package of this handle that is not refused; a refused one if there is no other."""
    of_handle = [each for each in detected if each.manifest and each.manifest.handle == handle]
    return max(of_handle, key=_rank, default=None)


def became(handle: str, version: Version, there: Known) -> str:
    """How a package that is not refused stands beside what is installed, in words."""
    known = there.get(handle)
    if known is None:
        return "detected"
    if known.version == version:
        return "installed"
    return f"{'newer' if version > known.version else 'older'} than {known.version}"


def _rank(each: Detected) -> tuple[bool, object]:
    assert each.manifest is not None, "chosen by it"  # noqa: S101 - a mistake of ours
    return not each.problems, each.manifest.version
