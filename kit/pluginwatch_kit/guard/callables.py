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
    for each in distributions():
        for installed in each.files or ():
            if path.endswith(installed.name) and path == _path(each.locate_file(installed)):
                return each
    return None
