"""What wheels need of each other, and where it is found: in the workspace first, then in a folder of wheels at hand.

Nothing is resolved where an extension is installed: what is packed is locked.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from shlex import quote

from installer.sources import WheelFile
from packaging.metadata import Metadata
from packaging.requirements import Requirement
from packaging.utils import (
    InvalidWheelFilename,
    NormalizedName,
    canonicalize_name,
    parse_wheel_filename,
)
from packaging.version import Version

from models.extensions.archives import WHEEL, opened
from models.extensions.contents import read_file
from models.extensions.wheels import fits_here

_MOST = 200  # wheels that an extension brings


def unmet_words(brought: Mapping[str, bytes], folder: Path) -> Iterator[str]:
    """What a wheel needs that none of the others is, each with the command that gets it into this folder."""
    for path, need in unmet(brought):
        yield (
            f"{PurePosixPath(path).name}: needs {need}, which is not in wheels; "
            f"pip download --only-binary :all: --dest {quote(str(folder))} {quote(str(need))} puts it there"
        )


def from_wheelhouse(brought: Mapping[str, bytes], house: Path) -> dict[str, bytes]:
    """The wheels of this folder that these need, and what those need again: of each the newest that fits."""
    offered = list(_offered(house))
    added: dict[str, bytes] = {}
    while len(added) < _MOST:
        lacking = [need for _, need in unmet({**brought, **added})]
        there = {*brought, *added}
        found = next(filter(None, (_newest(need, offered, there) for need in lacking)), None)
        if found is None:
            break
        added[f"wheels/{found.name}"] = read_file(found)
    return added


_Offered = tuple[NormalizedName, Version, Path]


def _offered(house: Path) -> Iterator[_Offered]:
    for path in sorted(house.glob("*.whl")):
        try:
            name, version, *_ = parse_wheel_filename(path.name)
        except InvalidWheelFilename:
            continue
        if fits_here(path.name):
            yield name, version, path


def _newest(need: Requirement, offered: list[_Offered], brought: Iterable[str]) -> Path | None:
    """The newest wheel that meets the requirement, unless a wheel of that name is brought already."""
    name = canonicalize_name(need.name)
    fitting = [
        (version, path)
        for offered_name, version, path in offered
        if offered_name == name and need.specifier.contains(version)
    ]
    there = {parse_wheel_filename(PurePosixPath(each).name)[0] for each in brought}
    return max(fitting)[1] if fitting and name not in there else None


def unmet(brought: Mapping[str, bytes]) -> Iterator[tuple[str, Requirement]]:
    """What is needed and not there, each with the path of the wheel that needs it."""
    there = {}
    for path in brought:
        name, version, *_ = parse_wheel_filename(PurePosixPath(path).name)
        there[name] = version
    for path, data in sorted(brought.items()):
        with opened(data, WHEEL, path) as archive:
            text = WheelFile(archive).read_dist_info("METADATA")
        for need in Metadata.from_email(text, validate=False).requires_dist or ():
            if need.marker and not need.marker.evaluate({"extra": ""}):
                continue
            found = there.get(canonicalize_name(need.name))
            if found is None or not need.specifier.contains(found, prereleases=True):
                yield path, need
