"""A small disk that can be full: a file system of its own in memory, which only root can make."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_CHUNK = 1024 * 1024


class Disk:
    """A disk at `path`, that can be filled to its last byte."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._filler = path / "filler"

    def fill(self) -> None:
        """Leave no room."""
        size = _CHUNK
        with self._filler.open("ab", buffering=0) as filler:
            while size:
                try:
                    filler.write(bytes(size))
                except OSError:
                    size //= 2

    def free(self) -> None:
        """Make room again."""
        self._filler.unlink()


@contextmanager
def disk(path: Path, megabytes: int) -> Iterator[Disk | None]:
    """A disk at this folder; None where none can be made."""
    path.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", str(path)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        yield None
        return
    try:
        yield Disk(path)
    finally:
        with suppress(FileNotFoundError):
            (path / "filler").unlink()
        subprocess.run(["umount", "--lazy", str(path)], check=True)
