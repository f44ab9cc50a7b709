"""For hosts whose plugins are loaded by a manager of stevedore: `guarded(ExtensionManager, guard)(namespace, …)`."""

from typing import Any

from pluginwatch_kit.guard.guard import Guard
from pluginwatch_kit.guard.points import Point


def guarded(manager: type, guard: Guard) -> type:
    """The same kind of manager, whose extensions are loaded, and invoked if that is asked for, through the Guard.

    An extension that fails is left out, as stevedore does with one that raises; `on_load_failure_callback` is not
    called for it. What `map` calls later is the host's own function, which may use `Guard.watch`.
    """
    parent: Any = manager

    class Guarded(parent):  # type: ignore[misc]  # its kind is an argument
        def _load_plugins(self, *arguments: Any, **named: Any) -> Any:
            self._points = {
                (point.name, point.value): point for point in guard.points(self.namespace)
            }
            with guard.begun(self._points.values()):
                return super()._load_plugins(*arguments, **named)

        def _load_one_plugin(self, entry: Any, *arguments: Any, **named: Any) -> Any:
            point: Point = self._points[entry.name, entry.value]
            load = super()._load_one_plugin
            loaded = guard.attempt(point, lambda: load(entry, *arguments, **named))
            return loaded and loaded.plugin

    Guarded.__name__ = Guarded.__qualname__ = f"Guarded{manager.__name__}"
    return Guarded
