"""Addresses cleaned for every endpoint at once: a path or a query may spell a NUL as %00."""

from urllib.parse import quote

from starlette.types import ASGIApp, Receive, Scope, Send

from models.rules.clean import REPLACEMENT, clean

_NUL = b"%00"
_REPLACED = quote(REPLACEMENT).encode()


class CleanAddresses:
    """ASGI middleware that hands on paths and queries without what no database takes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Clean the address, then do what the application does."""
        if scope["type"] == "http" and ("\0" in scope["path"] or _NUL in scope["query_string"]):
            query = scope["query_string"].replace(_NUL, _REPLACED)
            scope = {**scope, "path": clean(scope["path"]), "query_string": query}
        await self._app(scope, receive, send)
