"""Files that are whole or not there, and locks that end with their process."""

import contextlib
import errno
import fcntl
import hashlib
import logging
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Optional

_log = logging.getLogger("pluginwatch.guard")
_FLAGS = {"r": os.O_RDONLY, "a": os.O_WRONLY | os.O_APPEND | os.O_CREAT}
# No file of ours is larger, in letters.
_LARGEST = 16 << 20


def folder_of_all() -> Path:
    """Where Guards keep what they know: PLUGINWATCH_GUARD_FOLDER, or the user's folder for state."""
    named = os.environ.get("PLUGINWATCH_GUARD_FOLDER")
    if named:
        return Path(named)
    state = os.environ.get("XDG_STATE_HOME") or home() / ".local" / "state"
    return Path(state) / "pluginwatch-guard"


def home() -> Path:
    """The user's folder; where a container's user has none, one that its operator may make."""
    try:
        return Path.home()
    except (RuntimeError, KeyError):  # the latter before Python 3.10
        return Path("/var/lib")


def spare_of(folder: Path) -> Optional[Path]:
    """A folder that only this user may use, and that is not within the other one; None where there is none.

    What is noted there too is not lost with the folder.
    """
    with contextlib.suppress(OSError):
        own = Path(tempfile.gettempdir()) / f"pluginwatch-guard-{os.getuid()}"
        own.mkdir(mode=0o700, exist_ok=True)
        found = own.lstat()
        if stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid():
            return own / hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return None


@contextlib.contextmanager
def opened(path: Path, mode: str = "r", errors: str = "strict") -> Iterator[IO[str]]:
    """Open a file of ours. What stands in its place and is none is put aside: a start would wait for a pipe forever.

    Raises:
        FileNotFoundError: there is none to read.
    """
    try:
        number = _open_file(path, _FLAGS[mode])
    except (_NoFileError, IsADirectoryError):
        put_aside(path)
        number = _open_file(path, _FLAGS[mode])
    with os.fdopen(number, mode, encoding="utf-8", errors=errors) as file:
        yield file


def read_whole(path: Path) -> str:
    """All of a file of ours.

    Raises:
        FileNotFoundError: there is none.
    """
    with opened(path) as file:
        return file.read(_LARGEST)


def put_aside(path: Path) -> None:
    """Give it another name, by which somebody may look at it."""
    _log.error("%s cannot be read, and is put aside", path)
    path.replace(path.with_suffix(".unreadable"))


def put_aside_unless_folder(path: Path) -> None:
    """The same of what stands in the place of a folder of ours."""
    if os.path.lexists(path) and not path.is_dir():
        put_aside(path)


class _NoFileError(OSError):
    """It is a pipe, a device or the like."""


def _open_file(path: Path, flags: int) -> int:
    try:
        number = os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC, 0o666)
    except OSError as error:
        if error.errno == errno.ENXIO:  # a pipe that nobody reads
            raise _NoFileError(error.errno, "this is no file", str(path)) from None
        raise
    if stat.S_ISREG(os.fstat(number).st_mode):
        return number
    os.close(number)
    raise _NoFileError(errno.EINVAL, "this is no file", str(path))


def write_whole(path: Path, text: str) -> None:
    """Write the file so that a crash, or a loss of power, leaves the old one or the new one."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make durable which files the folder has."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Wait until no other process holds this lock, and hold it."""
    with opened(path, "a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def held_if_free(path: Path) -> Iterator[bool]:
    """Hold this lock if no other process does; yields whether it is held."""
    with opened(path, "a") as file:
        yield try_lock(file.fileno())


def try_lock(number: int) -> bool:
    """Whether the lock of this open file was free, and is held now until the file is closed."""
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
