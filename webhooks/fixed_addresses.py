"""The shortest way to the doors whose addresses are fixed: one look into a table, before FastAPI's own routing."""

import re
from collections.abc import Iterable

from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from webhooks.door import Door

_SLASHES = re.compile(r"/+")


class FixedAddresses:
    """ASGI middleware that hands a request to the door of its method and path, and any other one on.

    What has no door here, another method at the same path among it, is answered by the routes.
    """

    def __init__(self, app: ASGIApp, routes: Iterable[BaseRoute]) -> None:
        self._app = app
        self._doors: dict[tuple[str, str], ASGIApp] = {}
        for route in routes:
            if isinstance(route, Route) and _is_fixed_door(route):
                for method in route.methods or ():
                    self._doors[method, route.path] = route.endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer at the door, or let the application do it."""
        method, path = scope.get("method", ""), scope.get("path", "")
        door = self._doors.get((method, path))
        if door is None and ("//" in path or path.endswith("/")):
            door = self._doors.get((method, _plain(path)))
        await (door or self._app)(scope, receive, send)


def _is_fixed_door(route: Route) -> bool:
    return isinstance(route.endpoint, Door) and not route.param_convertors


def _plain(path: str) -> str:
    """The path without slashes too many, as Rails reads it: an address that is configured as `https://host/` makes of
    it `https://host//plugin-manager/status`, and a Guard's report that is not taken is lost.
    """
    return _SLASHES.sub("/", path).rstrip("/")
