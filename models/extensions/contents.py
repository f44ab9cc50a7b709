"""What a package is made of: its files, whether it comes as an archive or as a folder."""

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from models.extensions.archives import PACKAGE, read_archive, read_entry
from models.extensions.refusal import PackageError

MANIFEST, LOCK = "extension.toml", "pylock.toml"
_PARTS = (
    *(MANIFEST, LOCK, "README.md", "LICENSE", "LICENSE.*", "logo.png"),
    *("wheels/*.whl", "lang/*.po", "lang/*.mo"),
)
_SOURCES = (".tar.gz", ".tar.bz2", ".tar.xz", ".tgz", ".tar", "setup.py", "pyproject.toml")
_NEEDED = (MANIFEST, LOCK)
_LARGEST = 64 << 20

Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Contents:
    """The files of a package, and the bytes of the archive if it is one: read once, so that what was checked is what
    is unpacked.
    """

    files: Files
    archive: bytes | None = None


def read_contents(path: Path) -> Contents:
    """What is at this path.

    Raises:
        PackageError: it is out of reach, beyond a limit, or holds what no package holds.
    """
    try:
        if path.is_dir() and not path.is_symlink():
            return Contents(_whole(_folder(path)))
        archive = read_file(path)
    except OSError as error:
        raise PackageError([f"cannot be read: {error.strerror or type(error).__name__}"]) from error
    return Contents(_whole(read_archive(archive, PACKAGE)), archive)


def peek(path: Path) -> str:
    """The manifest of the package at this path. Nothing else of it is unpacked.

    Raises:
        PackageError: there is none that can be read.
    """
    try:
        if path.is_dir() and not path.is_symlink():
            return as_text(MANIFEST, read_file(path / MANIFEST))
        with opened_file(path) as file:
            return as_text(MANIFEST, read_entry(file, PACKAGE, MANIFEST))
    except OSError as error:
        raise PackageError([f"{MANIFEST} cannot be read: {error.strerror}"]) from error


def as_text(name: str, data: bytes) -> str:
    """What the file of this name says.

    Raises:
        PackageError: it is no UTF-8.
    """
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise PackageError([f"{name} is no UTF-8"]) from error


def read_file(path: Path, most: int = _LARGEST) -> bytes:
    """The bytes of a file.

    Raises:
        PackageError: it is no file, or has more than `most` bytes.
        OSError: it is out of reach.
    """
    with opened_file(path) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise PackageError([f"{path.name!r} makes it larger than {PACKAGE.size >> 20} MiB"])
    return data


@contextmanager
def opened_file(path: Path) -> Iterator[BinaryIO]:
    """A file, which is neither a link nor a pipe that never ends.

    Raises:
        PackageError: it is none.
        OSError: it is out of reach.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise PackageError([f"{path.name!r} is no file"])
        yield file


def digest(files: Files) -> str:
    """What tells these files from any others, in hexadecimal."""
    whole = sha256()
    for name in sorted(files):
        whole.update(f"{sha256(files[name]).hexdigest()}  {name}\n".encode())
    return whole.hexdigest()


def _whole(files: Files) -> Files:
    problems = [f"has no {name}" for name in _NEEDED if name not in files]
    problems += filter(None, map(_stranger, files))
    if problems:
        raise PackageError(problems)
    return files


def _stranger(name: str) -> str:
    if any(fnmatchcase(name, part) and name.count("/") == part.count("/") for part in _PARTS):
        return ""
    if name.endswith(_SOURCES):
        return f"{name!r} is of a source distribution, and building one runs its code; wheels only"
    return f"{name!r} is no part of a package; parts are {', '.join(_PARTS)}"


def _folder(root: Path) -> Files:
    files: dict[str, bytes] = {}
    left = PACKAGE.size
    for path in _walk(root):
        if len(files) >= PACKAGE.entries:
            raise PackageError([f"has more than {PACKAGE.entries:,} files"])
        data = read_file(path, left)
        left -= len(data)
        files[path.relative_to(root).as_posix()] = data
    return files


def _walk(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        for name in [*folders, *names]:
            if (Path(folder) / name).is_symlink():
                raise PackageError([f"{name!r} is a link, and no file"])
        yield from (Path(folder) / name for name in sorted(names))
