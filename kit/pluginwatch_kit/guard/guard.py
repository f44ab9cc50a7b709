"""What a host uses: it loads plugins through a Guard, and lets it watch what they do later."""

import contextlib
import functools
import logging
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Callable, Optional, Union

from pluginwatch_kit.guard.address import Address, AddressError
from pluginwatch_kit.guard.address import find as find_address
from pluginwatch_kit.guard.attempts import Loaded
from pluginwatch_kit.guard.callables import points_of
from pluginwatch_kit.guard.folders import folder_of_all
from pluginwatch_kit.guard.loading import Loading
from pluginwatch_kit.guard.points import Point, find
from pluginwatch_kit.guard.reporting import OutgoingReports
from pluginwatch_kit.guard.sending import HostFacts

# What a host may be called in an address of a file, and in a report.
_WORDS = re.compile(r"[\w.+-]+")

Callables = Union[Mapping[str, Callable[[], Any]], Iterable[Callable[[], Any]]]


class Guard:
    """Stands between a host and its plugins.

    `host` and `version` name the application, and `group` is the group of its plugins' entry points. A plugin that
    takes longer than `patience` seconds to load counts as one that hangs. `folder` is where Guards keep what they know.
    What happens is reported to the Pluginwatch at `url` with a site or user `key`, for `domain` if there is one; what
    is not told here stands in the environment or in `file`. `statistics` also tells which versions run here.
    """

    def __init__(
        self,
        host: str,
        version: str,
        group: str = "",
        *,
        url: str = "",
        key: str = "",
        domain: str = "",
        file: str = "",
        statistics: bool = False,
        patience: float = 30.0,
        folder: Union[str, "os.PathLike[str]", None] = None,
    ) -> None:
        self.host = "-".join(_WORDS.findall(host)).strip(".") or "host"
        self._group = group
        own = Path(folder or folder_of_all()).absolute() / self.host
        version = "".join(version.split()) or "0"
        reporter = OutgoingReports(
            own, _address(url, key, domain, file), HostFacts(self.host, version, statistics)
        )
        self._loading = Loading(own, version, patience, reporter)
        self._plugins: list[tuple[Point, Any]] = []

    def load(
        self, group: Optional[str] = None, start: Optional[Callable[[str, Any], Any]] = None
    ) -> Iterator[tuple[str, Any]]:
        """The name and the object of each plugin that loads; those that do not are left out.

        `start` is what the host does with each before it is used, such as registering it. It is part of the loading:
        where it fails, the plugin is to blame.
        """
        begin = start or _nothing
        loaded = self.load_points(group, lambda point, plugin: begin(point.name, plugin))
        for point, plugin in loaded:
            yield point.name, plugin

    def load_points(
        self,
        group: Optional[str] = None,
        start: Callable[[Point, Any], Any] = lambda _point, _plugin: None,
        wanted: Callable[[Point], bool] = lambda _point: True,
    ) -> Iterator[tuple[Point, Any]]:
        """As `load`, with all that is known of the entry points; of those that are `wanted`. For adapters."""

        def begin(point: Point) -> Any:
            plugin = point.entry.load() if point.entry else None
            start(point, plugin)
            return plugin

        points = [point for point in self.points(group) if wanted(point)]
        with self._loading.begun(points):
            for point in points:
                loaded = self.attempt(point, functools.partial(begin, point))
                if loaded:
                    yield point, loaded.plugin

    def points(self, group: Optional[str] = None) -> list[Point]:
        """The entry points of a group. For adapters."""
        return find(self._group if group is None else group)

    def run(self, callables: Callables) -> Iterator[tuple[str, Any]]:
        """Call each, as `load` loads entry points; yields the names and what was returned."""
        named = points_of(callables)
        with self._loading.begun([point for point, _ in named]):
            for point, function in named:
                loaded = self.attempt(point, function)
                if loaded:
                    yield point.name, loaded.plugin

    def attempt(self, point: Point, begin: Callable[[], Any]) -> Optional[Loaded]:
        """Do this for the point, if it may be loaded; None where it may not, or where it failed. For adapters."""
        if not self._loading.may(point):
            return None
        loaded = self._loading.attempt(point, begin)
        if loaded:
            self._plugins.append((point, loaded.plugin))
        return loaded

    def begun(self, points: Iterable[Point]) -> "contextlib.AbstractContextManager[None]":
        """Within this, attempts are made at these points. For adapters."""
        return self._loading.begun(list(points))

    @contextlib.contextmanager
    def watch(
        self, plugin: Any = None, passing: tuple[type[BaseException], ...] = ()
    ) -> Iterator[None]:
        """Around a call of a plugin, or as a decorator: what fails in a plugin is noted and goes no further.

        To blame is the plugin with the deepest frame; where no plugin has one, the error is raised again, and so
        are those that are `passing`, by which plugins tell the host something. `plugin` is the one that is called: its
        name, or what `load` gave.
        """
        try:
            yield
        except passing:
            raise
        except (Exception, SystemExit) as error:
            if not self._loading.blame_later(self._point(plugin), error):
                raise

    def _point(self, plugin: Any) -> Optional[Point]:
        for point, loaded in self._plugins:
            if plugin is loaded or (isinstance(plugin, str) and plugin == point.name):
                return point
        return None


def _nothing(_name: str, _plugin: Any) -> None:
    """What a host does with a plugin that it only wants to have."""


def _address(url: str, key: str, domain: str, file: str) -> Optional[Address]:
    """Where to report; nowhere, where what was set makes no sense: that must not end the host either."""
    try:
        return find_address(url, key, domain, file)
    except AddressError:
        logging.getLogger("pluginwatch.guard").exception("nothing is reported")
        return None
