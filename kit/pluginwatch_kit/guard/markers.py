"""A note on disk of what a process is about to load, so that the next process knows what ended it."""

import contextlib
import faulthandler
import json
import logging
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pluginwatch_kit.guard.folders import sync_folder, try_lock
from pluginwatch_kit.guard.standing import NOTED

_log = logging.getLogger("pluginwatch.guard")
_LONGEST_DUMP = 200_000


class Left(NamedTuple):
    """What a dead process left: what it was loading, and what `faulthandler` wrote after that."""

    record: dict[str, Any]
    dump: str


class Marker:
    """The note of this process. It is locked, so that others know that this process lives."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open()

    def _open(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._number, name = tempfile.mkstemp(suffix=".marker", dir=self._folder)
        self._path = Path(name)
        self._file = os.fstat(self._number)
        try_lock(self._number)
        sync_folder(self._folder)

    @contextlib.contextmanager
    def around(self, record: dict[str, Any], patience: float) -> Iterator[None]:
        """Note that this is loaded now. After `patience` seconds the stack is written beside it."""
        try:
            if not self._is_open():
                self._open()
            os.write(self._number, json.dumps(record).encode() + b"\n")
            os.fsync(self._number)
        except OSError:
            _log.exception("if %s ends this process, the next one does not know", record["name"])
        try:
            with _dumping(self._number, patience) if self._is_open() else contextlib.nullcontext():
                yield
        finally:
            self.clear()

    def clear(self) -> None:
        """Note that nothing is loaded now. A note whose descriptor was closed is taken away: nobody died of it."""
        if self._is_open():
            os.ftruncate(self._number, 0)
            os.lseek(self._number, 0, os.SEEK_SET)
        else:
            _take_away(self._path)

    def close(self) -> None:
        """Nothing is loaded any more."""
        _take_away(self._path)
        if self._is_open():
            os.close(self._number)

    def _is_open(self) -> bool:
        """Whether the note is still ours: a plugin, or a host that becomes a daemon, may close all descriptors, and
        others may have the number since; or its folder is gone.
        """
        try:
            found = os.fstat(self._number)
        except OSError:
            return False
        return os.path.samestat(found, self._file) and found.st_nlink > 0


def _take_away(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        path.unlink()


@contextlib.contextmanager
def _dumping(number: int, patience: float) -> Iterator[None]:
    """Let a fatal error, or a hang, write where it happened; unless the host wants that elsewhere."""
    ours = not faulthandler.is_enabled()
    if ours:
        faulthandler.enable(number, all_threads=False)
        faulthandler.dump_traceback_later(patience, file=number)
    try:
        yield
    finally:
        if ours:
            faulthandler.cancel_dump_traceback_later()
            faulthandler.disable()


def left_behind(folder: Path) -> list[Left]:
    """What dead processes left. They are taken away: whoever calls this has to remember them."""
    found: list[Left] = []
    for path in sorted(folder.glob("*.marker")):
        with contextlib.suppress(FileNotFoundError), path.open(encoding="utf-8") as file:
            if not try_lock(file.fileno()) or os.fstat(file.fileno()).st_nlink == 0:
                continue
            first, _, dump = file.read(_LONGEST_DUMP).partition("\n")
            with contextlib.suppress(ValueError, AttributeError):
                record = json.loads(first)
                if record.keys() >= NOTED:
                    found.append(Left(record, dump))
    return found


def forget(folder: Path) -> None:
    """Take away the notes of dead processes."""
    for path in folder.glob("*.marker"):
        with contextlib.suppress(FileNotFoundError), path.open() as file:
            if try_lock(file.fileno()):
                path.unlink()
