"""The shortest way to the endpoints whose addresses are fixed: one look into a table, before FastAPI's own routing."""

import re
from collections.abc import Iterable

from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from webhooks.routing.endpoint import Endpoint

_SLASHES = re.compile(r"/+")


class FixedAddresses:
    """ASGI middleware that hands a request to the endpoint of its method and path, and any other one on.

    What has no endpoint here, another method at the same path among it, is answered by the routes.
    """

    def __init__(self, app: ASGIApp, routes: Iterable[BaseRoute]) -> None:
        self._app = app
        self._endpoints: dict[tuple[str, str], ASGIApp] = {}
        for route in routes:
            if isinstance(route, Route) and _is_fixed(route):
                for method in route.methods or ():
                    self._endpoints[method, route.path] = route.endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer at the endpoint, or let the application do it."""
        method, path = scope.get("method", ""), scope.get("path", "")
        endpoint = self._endpoints.get((method, path))
        if endpoint is None and ("//" in path or path.endswith("/")):
            endpoint = self._endpoints.get((method, _plain(path)))
        await (endpoint or self._app)(scope, receive, send)


def _is_fixed(route: Route) -> bool:
    return isinstance(route.endpoint, Endpoint) and not route.param_convertors


def _plain(path: str) -> str:
    """The path without slashes too many, as Rails reads it: an address that is configured as `https://host/` makes of
    it `https://host//plugin-manager/status`, and a Guard's report that is not taken is lost.
    """
    return _SLASHES.sub("/", path).rstrip("/")
