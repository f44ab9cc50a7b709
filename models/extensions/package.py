"""A package: its files, found to be whole and safe to unpack. Nothing of it has run."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath

from packaging.markers import Marker, UndefinedEnvironmentName
from packaging.pylock import Package as Locked
from packaging.pylock import Pylock, PylockValidationError
from packaging.utils import InvalidWheelFilename

from models.extensions import wheels
from models.extensions.bundled import bundled
from models.extensions.contents import (
    LOCK,
    MANIFEST,
    Contents,
    Files,
    as_text,
    digest,
    read_contents,
    read_file,
)
from models.extensions.host import HostApi, unfit
from models.extensions.manifest import Handles, Manifest, ManifestError, read
from models.extensions.packing import files_of
from models.extensions.refusal import PackageError
from models.extensions.wheelhouse import unmet
from models.extensions.wheels import THIS_PYTHON
from models.rules.bounded_toml import parsed

SIGNATURE = ".minisig"
_LONGEST_SIGNATURE = 4_096
_LONGEST_LOCK = 1 << 20
# Bytes that all wheels of a package may unpack to.
_LARGEST = 512 << 20


@dataclass(frozen=True, slots=True)
class Package:
    """What can be installed: its manifest, its files, those of its wheels that are for here, and its digest."""

    manifest: Manifest
    files: Files
    wheels: tuple[str, ...]
    digest: str


def read_package(path: Path, host: HostApi, handles: Handles, commands: frozenset[str]) -> Package:
    """Read the package at this path and look at everything in it.

    Raises:
        PackageError: something is wrong; all of it is named.
    """
    try:
        contents = Contents(files_of(path)) if path in bundled() else read_contents(path)
    except OSError as error:
        raise PackageError([f"cannot be read: {error.strerror}"]) from error
    files = contents.files
    try:
        manifest = read(as_text(MANIFEST, files[MANIFEST]), handles, commands)
    except ManifestError as error:
        raise PackageError([*error.problems, *_locked(files)[1]]) from error
    chosen, problems = _locked(files)
    if not problems and not any(
        wheels.has_extension(name, files[name], manifest.handle) for name in chosen
    ):
        right = f"the entry point {manifest.handle} in the group {wheels.GROUP}"
        problems.append(f"has no wheel for here with {right}, by which its code is found")
    problems += unfit(manifest, host)
    if key := handles.keys.get(manifest.publisher):
        problems += _unsigned(path, contents.archive, key)
    if problems:
        raise PackageError(problems)
    return Package(manifest, files, chosen, digest(files))


def _locked(files: Files) -> tuple[tuple[str, ...], list[str]]:
    """The wheels that are for here, as the lock names them, and all that is wrong with the lock or a wheel."""
    try:
        lock = Pylock.from_dict(parsed(LOCK, as_text(LOCK, files[LOCK]), _LONGEST_LOCK))
    except (ValueError, PylockValidationError) as error:
        return (), [f"{LOCK} is no lock of wheels: {error}"]
    problems: list[str] = []
    problems += _for_elsewhere(lock)
    chosen: list[str] = []
    named: set[str] = set()
    for each in lock.packages:
        found, wrong = _of_package(each, files)
        problems += wrong
        named |= set(found)
        chosen += _for_here(each, found, problems)
    here = {name for name in files if name.startswith("wheels/")}
    problems += [f"{name} does not stand in {LOCK}" for name in sorted(here - named)]
    for name in chosen:
        problems += wheels.troubles(PurePosixPath(name).name, files[name])
    if problems:
        return tuple(chosen), problems
    brought = {name: files[name] for name in chosen}
    for name, need in unmet(brought):
        problems.append(
            f"{PurePosixPath(name).name}: needs {need}, which is not in the package for here"
        )
    if sum(wheels.size(files[name]) for name in chosen) > _LARGEST:
        problems.append(f"its wheels unpack to more than {_LARGEST >> 20} MiB in all")
    return tuple(chosen), problems


def _of_package(locked: Locked, files: Files) -> tuple[list[str], list[str]]:
    """The wheels of a line of the lock that are there and have the hash that it names."""
    problems: list[str] = []
    if locked.sdist or locked.vcs or locked.directory or locked.archive:
        problems.append(
            f"{locked.name}: is locked as source, and building it runs its code; wheels only"
        )
    found: list[str] = []
    for wheel in locked.wheels or ():
        path = wheel.path or ""
        if path not in files or not path.startswith("wheels/"):
            problems.append(
                f"{locked.name}: {path or wheel.url} is not in the package's folder wheels"
            )
            continue
        found.append(path)
        if wheel.hashes.get("sha256") != sha256(files[path]).hexdigest():
            problems.append(f"{path}: has not the sha256 that {LOCK} names")
    return found, problems


def _for_elsewhere(lock: Pylock) -> Iterator[str]:
    if lock.requires_python and not lock.requires_python.contains(THIS_PYTHON, prereleases=True):
        yield f"{LOCK} is for Python {lock.requires_python}; this is {THIS_PYTHON}"
    if lock.environments and not any(map(_is_true, lock.environments)):
        known = "; ".join(map(str, lock.environments))
        yield f"{LOCK} is for other machines than this one: {known}"


def _is_true(marker: Marker) -> bool:
    """Whether it is so here; what asks for an extra is so nowhere, as nobody can name one."""
    try:
        return marker.evaluate(context="lock_file")
    except UndefinedEnvironmentName:
        return False


def _for_here(locked: Locked, found: list[str], problems: list[str]) -> Iterator[str]:
    """The wheel of a line of the lock, unless its marker says that it is not for here."""
    if locked.marker and not _is_true(locked.marker):
        return
    if locked.requires_python and not locked.requires_python.contains(
        THIS_PYTHON, prereleases=True
    ):
        problems.append(
            f"{locked.name}: is for Python {locked.requires_python}; this is {THIS_PYTHON}"
        )
    try:
        fitting = [path for path in found if wheels.fits_here(PurePosixPath(path).name)]
    except InvalidWheelFilename as error:
        problems.append(str(error))
        return
    if fitting:
        yield fitting[0]
    elif found:
        problems.append(
            f"{locked.name}: has no wheel for this Python and machine, only {', '.join(found)}"
        )


def _unsigned(path: Path, archive: bytes | None, key: str) -> Iterator[str]:
    """What is wrong with the signature beside an archive, whose publisher has this key."""
    if archive is None:
        yield "its publisher signs, and a folder bears no signature; take the archive"
        return
    # Its cryptography takes some seven megabytes, and few packages are signed.
    from minisign import Error, PublicKey, Signature  # noqa: PLC0415 - see above

    try:
        beside = read_file(path.with_name(path.name + SIGNATURE), _LONGEST_SIGNATURE)
        PublicKey.from_base64(key).verify(archive, Signature.from_bytes(beside))
    except FileNotFoundError:
        yield f"its publisher signs, and there is no {path.name}{SIGNATURE} beside it"
    except (Error, PackageError, OSError, ValueError) as error:
        yield f"its signature is not its publisher's: {error}"
