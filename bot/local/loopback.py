"""Who may speak to the room: pages that the room itself served to this machine. Guards against DNS rebinding and
against other sites' pages that open a WebSocket here.
"""

import re
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

_LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?", re.IGNORECASE)

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}


def is_loopback(host: str) -> bool:
    """Whether a Host header names this machine itself, with any port."""
    return _LOOPBACK.fullmatch(host) is not None


def is_same_origin(origin: str, host: str) -> bool:
    """Whether the page that asks came from the host that is asked."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and parts.netloc.lower() == host.lower()


@web.middleware
async def loopback_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse (403) any other host, and a browser's request from any other origin."""
    host = request.headers.get("Host", "")
    if not is_loopback(host):
        raise web.HTTPForbidden(
            text="The room is for this machine only: open it at http://127.0.0.1 or localhost.\n"
        )
    origin = request.headers.get("Origin")
    if origin is not None and not is_same_origin(origin, host):
        raise web.HTTPForbidden(text="The room does not talk to other sites' pages.\n")
    return await handler(request)


async def harden(_request: web.Request, response: web.StreamResponse) -> None:
    """Tell the browser to run nothing but the room's own files. For `on_response_prepare`."""
    response.headers.update(_HEADERS)
