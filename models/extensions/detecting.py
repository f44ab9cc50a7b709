"""What lies in `incoming`: packages that could be installed, of each of which only the manifest is read."""

from dataclasses import dataclass
from pathlib import Path

from models.extensions.contents import peek
from models.extensions.host import Host, unfit
from models.extensions.installed import Known
from models.extensions.manifest import Handles, Manifest, ManifestError, read
from models.extensions.refusal import PackageError
from models.extensions.store import Store


@dataclass(frozen=True, slots=True)
class Detected:
    """A package in `incoming`. With any `problems` it is refused; what is in its wheels is looked at when it is
    installed.
    """

    path: Path
    manifest: Manifest | None
    problems: tuple[str, ...]


def detect(
    store: Store, host: Host, handles: Handles, commands: frozenset[str]
) -> tuple[Detected, ...]:
    """Every package in `incoming`, by name."""
    return tuple(_detected(path, host, handles, commands) for path in store.came_in())


def named(handle: str, detected: tuple[Detected, ...]) -> Detected | None:
    """The newest package of this handle that is not refused; a refused one if there is no other."""
    of_handle = [each for each in detected if each.manifest and each.manifest.handle == handle]
    return max(of_handle, key=_rank, default=None)


def became(each: Detected, there: Known) -> str:
    """How a detected package stands beside what is installed, in words."""
    if each.problems or each.manifest is None:
        return "refused"
    known = there.get(each.manifest.handle)
    if known is None:
        return "detected"
    if known.version == each.manifest.version:
        return "installed"
    return f"{'newer' if each.manifest.version > known.version else 'older'} than {known.version}"


def _rank(each: Detected) -> tuple[bool, object]:
    assert each.manifest is not None, "chosen by it"  # noqa: S101 - a mistake of ours
    return not each.problems, each.manifest.version


def _detected(path: Path, host: Host, handles: Handles, commands: frozenset[str]) -> Detected:
    try:
        manifest = read(peek(path), handles, commands)
    except (PackageError, ManifestError) as error:
        return Detected(path, None, error.problems)
    return Detected(path, manifest, tuple(unfit(manifest, host)))
