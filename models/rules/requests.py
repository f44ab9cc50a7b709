"""Which of a page's failed requests say that the site is broken, and which are noise. Pure."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from models.rules.attribution import blamed

# Requests for code and data. Pictures, fonts and sounds are content: a missing avatar breaks no page.
_COUNTING = {"document", "stylesheet", "script", "xhr", "fetch"}
_CONTENT = {"image", "font", "media"}
# A host serves its own and its plugins' files from these folders; a content delivery network copies them.
_CODE = re.compile(r"/(?:assets|plugins|stylesheets|theme-javascripts|extra-locales)/")
_PLUGIN_CODE = re.compile(r"/assets/(?:(?:js|br|gz)/)?plugins/|/plugins/[^/]+/")
# Requests in the background for which the host never waits. They are cut off by a change of pages,
# or limited on purpose.
_BESIDE = re.compile(
    r"/(?:message-bus/|presence/|topics/timings|logs/report_js_error|mini-profiler-resources/|pageview|srv/pv"
    r"|service-worker\.js|favicon\.ico|manifest\.webmanifest|session/current\.json)"
)
_ERRORS = 400


@dataclass(frozen=True, slots=True)
class Request:
    """A request of a page that has ended.

    `kind` is the browser's name for it, in lower case. `status` is None where no answer came;
    `failure` is why. `canceled`: the page itself gave it up. `stack` are the addresses of the code
    that made it, innermost first.
    """

    method: str
    url: str
    kind: str
    status: int | None = None
    failure: str = ""
    canceled: bool = False
    stack: tuple[str, ...] = ()


def counts(request: Request, site: str) -> bool:
    """Whether the request says that the site at this address is broken."""
    if request.canceled or (request.status is not None and request.status < _ERRORS):
        return False
    path = urlsplit(request.url).path
    if _origin(request.url) != _origin(site):
        # Analytics and similar requests do not count; plugins' code does, from wherever it is served.
        return request.kind in {"script", "stylesheet"} and _PLUGIN_CODE.search(path) is not None
    if _BESIDE.search(path):
        return False
    if request.kind in _CONTENT:
        return _CODE.search(path) is not None
    return request.kind in _COUNTING


def failure_words(request: Request) -> str:
    """What failed, in one line; in a second line, the plugin's code that asked for it, if any
    did.
    """
    said = f"{request.method} {urlsplit(request.url).path} {_ended(request)}"
    if blamed(said):
        return said
    for frame in request.stack:
        if blamed(frame):
            return f"{said}\nasked for by {frame}"
    return said


def _ended(request: Request) -> str:
    if request.status:
        return f"was answered with {request.status}"
    return f"failed: {request.failure or 'no answer'}"


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    default = {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname, parts.port or default
