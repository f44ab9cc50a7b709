"""For hosts whose plugins are pluggy's, such as Datasette and pytest.

A host that loads its plugins by itself does so within `guarded`; another one calls `load_into`.
"""

import contextlib
import functools
from collections.abc import Iterator
from importlib.metadata import Distribution
from typing import Any, Callable, Optional

import pluggy

from pluginwatch_kit.guard.guard import Guard
from pluginwatch_kit.guard.points import Point

Passing = tuple[type[BaseException], ...]


def load_into(
    manager: "pluggy.PluginManager",
    guard: Guard,
    group: str,
    name: Optional[str] = None,
    watching: Optional[Passing] = None,
) -> int:
    """Load and register the plugins of a group, as `load_setuptools_entrypoints` does; returns how many.

    With `watching` their hooks are watched: one that fails counts as one that returned nothing. It names the errors by
    which plugins tell the host something, which go on to it. Hooks that wrap others are not watched, for the errors of
    others pass through them.
    """
    known: list[tuple[Any, Any]] = getattr(manager, "_plugin_distinfo", [])

    def wanted(point: Point) -> bool:
        if name is not None and point.name != name:
            return False
        return not manager.has_plugin(point.name) and not manager.is_blocked(point.name)

    def register(point: Point, plugin: Any) -> None:
        try:
            manager.register(plugin, name=point.name)
        except BaseException:
            if manager.is_registered(plugin):
                manager.unregister(plugin)
            raise
        known.append((plugin, _facade(point.source)))  # where hosts read their plugins' versions

    count = 0
    for point, plugin in guard.load_points(group, register, wanted):
        if watching is not None:
            _watch(manager, guard, point, plugin, watching)
        count += 1
    return count


@contextlib.contextmanager
def guarded(guard: Guard, watching: Optional[Passing] = None) -> Iterator[None]:
    """Within this, whatever calls `load_setuptools_entrypoints` of a manager of plugins goes through the Guard."""
    original = pluggy.PluginManager.load_setuptools_entrypoints

    def load(manager: "pluggy.PluginManager", group: str, name: Optional[str] = None) -> int:
        return load_into(manager, guard, group, name, watching)

    place: Any = pluggy.PluginManager
    place.load_setuptools_entrypoints = load
    try:
        yield
    finally:
        place.load_setuptools_entrypoints = original


def _facade(source: Optional[Distribution]) -> Any:
    """The distribution as this pluggy keeps it: before 1.7 in a class of its own."""
    facade = getattr(pluggy._manager, "DistFacade", None)
    return facade(source) if facade else source


def _watch(
    manager: "pluggy.PluginManager", guard: Guard, point: Point, plugin: Any, passing: Passing
) -> None:
    for caller in manager.get_hookcallers(plugin) or ():
        hooks: list[Any] = caller.get_hookimpls()
        for hook in hooks:
            wraps = hook.hookwrapper or getattr(hook, "wrapper", False)
            if hook.plugin is plugin and not wraps:
                hook.function = _watched(guard, point.name, hook.function, passing)


def _watched(
    guard: Guard, name: str, function: Callable[..., Any], passing: Passing
) -> Callable[..., Any]:
    @functools.wraps(function)
    def watched(*arguments: Any, **named: Any) -> Any:
        with guard.watch(name, passing):
            return function(*arguments, **named)
        return None

    return watched
