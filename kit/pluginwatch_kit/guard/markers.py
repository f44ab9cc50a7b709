"""A note on disk of what a process is about to load, so that the next process knows what ended it."""

import contextlib
import faulthandler
import json
import logging
import os
import tempfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from pluginwatch_kit.guard.folders import opened, sync_folder, try_lock
from pluginwatch_kit.guard.standing import NOTED

_log = logging.getLogger("pluginwatch.guard")
_LONGEST_DUMP = 200_000
_STOPPED = ".stopped"
# Stopped so often in a row while the same plugin is loaded: no start comes further.
_STOPS = 3


class Left(NamedTuple):
    """What a dead process left: what it was loading, and what `faulthandler` wrote after that."""

    record: dict[str, Any]
    dump: str


class Marker:
    """The note of this process. It is locked, so that others know that this process lives."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self._folder = folder
        self._durable = durable
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
            if self._durable:
                os.fsync(self._number)
        except Exception:  # noqa: BLE001 - a plugin that is well may have replaced what this uses
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

    def stop(self) -> None:
        """Note that the process is stopped while this is loaded, which blames nobody until it happens again and again.

        Renaming is all that is done: this is called by the handler of a signal.
        """
        with contextlib.suppress(OSError):
            self._path.replace(self._path.with_suffix(_STOPPED))

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
    return list(chain.from_iterable(map(_read, sorted(folder.glob("*.marker")))))


def stopped_often(folder: Path) -> list[dict[str, Any]]:
    """What was loaded each of the last times that somebody stopped the process, if that were several."""
    stops = chain.from_iterable(map(_read, folder.glob(f"*{_STOPPED}")))
    notes = [stop.record for stop in stops]
    often = [record for record in notes if notes.count(record) >= _STOPS]
    return often[:1]


def _read(path: Path) -> Iterator[Left]:
    """What the note of a dead process says."""
    with (
        contextlib.suppress(FileNotFoundError, PermissionError),
        opened(path, errors="replace") as file,
    ):
        if not try_lock(file.fileno()) or os.fstat(file.fileno()).st_nlink == 0:
            return
        first, _, dump = file.read(_LONGEST_DUMP).partition("\n")
        with contextlib.suppress(ValueError, AttributeError, RecursionError):
            record = json.loads(first)
            if record.keys() >= NOTED:
                yield Left(record, dump)


def forget(folder: Path, suffix: str = ".marker") -> None:
    """Take away the notes of dead processes."""
    for path in folder.glob(f"*{suffix}"):
        with contextlib.suppress(FileNotFoundError), opened(path) as file:
            if try_lock(file.fileno()):
                path.unlink()


def forget_stops(folder: Path) -> None:
    """A start came to its end."""
    forget(folder, _STOPPED)
