"""Which plugin a file belongs to."""

import contextlib
import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution
from pathlib import Path
from types import TracebackType
from typing import Optional

from pluginwatch_kit.guard.points import Point

_LIBRARIES = (
    f"{os.sep}site-packages{os.sep}",
    f"{os.sep}dist-packages{os.sep}",
    os.path.realpath(sysconfig.get_path("stdlib")) + os.sep,
)


class Owners:
    """The files of these points' distributions."""

    def __init__(self) -> None:
        self._points: dict[str, Point] = {}
        self._files: dict[str, Point] = {}
        self._read: set[str] = set()

    def meet(self, points: Iterable[Point]) -> None:
        """Know these too."""
        for point in points:
            self._points.setdefault(point.key, point)

    def of_error(self, error: BaseException) -> Optional[Point]:
        """The plugin with the deepest frame of the error, or else of what caused it."""
        current: Optional[BaseException] = error
        seen: set[int] = set()
        while current is not None and id(current) not in seen:
            seen.add(id(current))
            found = self.of_files(reversed(list(_files(current))))
            if found:
                return found
            context = None if current.__suppress_context__ else current.__context__
            current = current.__cause__ or context
        return None

    def of_files(self, files: Iterable[str]) -> Optional[Point]:
        """The plugin of the first of these files that belongs to one, or to no library.

        What a plugin calls in libraries is its own doing. What it calls back, such as a test, is not.
        """
        self._look()
        for file in files:
            path = os.path.realpath(file)
            found = self._files.get(path) or self._by_folder(path)
            if found or not _is_library(path):
                return found
        return None

    def _look(self) -> None:
        for key, point in self._points.items():
            if key in self._read or point.source is None:
                continue
            self._read.add(key)
            with contextlib.suppress(OSError):
                for file in _installed(point.source):
                    self._files.setdefault(file, point)

    def _by_folder(self, path: str) -> Optional[Point]:
        """Of what is installed to be edited, the files stand elsewhere, and only its package tells where."""
        for point in self._points.values():
            root = _root(point.value.partition(":")[0])
            if root and (path == root or path.startswith(root + os.sep)):
                return point
        return None


def _files(error: BaseException) -> Iterator[str]:
    """The files of its frames, the outermost first. Where a file cannot be read as Python, there is no frame."""
    trace: Optional[TracebackType] = error.__traceback__
    while trace is not None:
        yield trace.tb_frame.f_code.co_filename
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and error.filename:
        yield error.filename


def _is_library(path: str) -> bool:
    """Whether it is installed, or Python's own, or no file at all."""
    name = os.sep + path.rpartition(os.sep)[2]
    return name.startswith(f"{os.sep}<") or any(part in path for part in _LIBRARIES)


def _installed(source: Distribution) -> Iterator[str]:
    for file in source.files or ():
        if file.suffix in {".py", ".so", ".pyd"}:
            yield os.path.realpath(str(source.locate_file(file)))


def _root(module: str) -> Optional[str]:
    """The folder of the outermost package that is no namespace, or the file of a module in none."""
    parts = module.split(".")
    for count in range(1, len(parts) + 1):
        loaded = sys.modules.get(".".join(parts[:count]))
        file = getattr(loaded, "__file__", None)
        if file:
            path = Path(file).resolve()
            return str(path.parent if path.stem == "__init__" else path)
    return None
