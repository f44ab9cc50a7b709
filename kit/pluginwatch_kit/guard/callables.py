"""Callables that are loaded as entry points are."""

import os
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import Distribution, distributions
from typing import Any, Callable, Optional, Union

from pluginwatch_kit.guard.points import Point, point_of

_GROUP = "callables"
_Function = Callable[[], Any]


def points_of(
    callables: Union[Mapping[str, _Function], Iterable[_Function]],
) -> list[tuple[Point, _Function]]:
    """A point for each callable, of the distribution that has its module, or else of the module itself."""
    if isinstance(callables, Mapping):
        named = list(callables.items())
    else:
        named = [(getattr(each, "__qualname__", repr(each)), each) for each in callables]
    return [(_point(name, function), function) for name, function in named]


def _point(name: str, function: _Function) -> Point:
    module = getattr(function, "__module__", None) or "__main__"
    source = _source(getattr(sys.modules.get(module), "__file__", None))
    point = point_of(_GROUP, name, source)
    if source is None:
        point = point._replace(plugin=module.partition(".")[0].strip("_") or "main")
    return point._replace(value=f"{module}:{name}")


def _path(file: Any) -> str:
    return os.path.realpath(str(file))


def _source(file: Optional[str]) -> Optional[Distribution]:
    if not file:
        return None
    path = _path(file)
    return next((each for each in distributions() if _holds(each, path)), None)


def _holds(distribution: Distribution, path: str) -> bool:
    """Whether the file was installed with it; False where the list of its files is damaged."""
    try:
        installed = distribution.files or ()
    except Exception:  # noqa: BLE001 - what a damaged file ends with differs with Python's version
        return False
    return any(
        path.endswith(file.name) and path == _path(distribution.locate_file(file))
        for file in installed
    )
