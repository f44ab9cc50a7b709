"""Files that are whole or not there, and locks that end with their process."""

import contextlib
import fcntl
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Optional


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
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def held_if_free(path: Path) -> Iterator[bool]:
    """Hold this lock if no other process does; yields whether it is held."""
    with path.open("a") as file:
        yield try_lock(file.fileno())


def try_lock(number: int) -> bool:
    """Whether the lock of this open file was free, and is held now until the file is closed."""
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
