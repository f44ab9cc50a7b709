"""Which of a page's requests count as failures of the site, and which are noise. Pure."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from models.rules.attribution import blamed

# What carries or fetches code and data. Pictures, fonts and sounds are content: an avatar that is gone breaks no page.
_COUNTING = {"document", "stylesheet", "script", "xhr", "fetch"}
_CONTENT = {"image", "font", "media"}
# A host serves its own and its plugins' files from these folders, and a content delivery network mirrors them.
_CODE = re.compile(r"/(?:assets|plugins|stylesheets|theme-javascripts|extra-locales)/")
_PLUGIN_CODE = re.compile(r"/assets/plugins/|/plugins/[^/]+/")
# What the host sends off beside its work and never waits for, cut short by each change of pages or limited by design.
_BESIDE = re.compile(
    r"/(?:message-bus/|presence/|topics/timings|logs/report_js_error|mini-profiler-resources/|pageview|srv/pv"
    r"|service-worker\.js|favicon\.ico|manifest\.webmanifest|session/current\.json)"
)
_ERRORS = 400


@dataclass(frozen=True, slots=True)
class Request:
    """A request of a page that has ended: `kind` as the browser calls it, in lower case; `stack` the addresses of the
    code that made it, innermost first.

    `status` is empty where no answer came, for the reason `failure`; `canceled` when the page itself gave it up.
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
        # Analytics and the like are none of the site's; plugins' code is, from wherever it is served.
        return request.kind in {"script", "stylesheet"} and _PLUGIN_CODE.search(path) is not None
    if _BESIDE.search(path):
        return False
    return request.kind in _COUNTING or (request.kind in _CONTENT and _CODE.search(path) is not None)


def failure_words(request: Request) -> str:
    """What failed, on one line, and on another which plugin's code asked for it, if one's did."""
    parts = urlsplit(request.url)
    ended = f"was answered with {request.status}" if request.status else f"failed: {request.failure or 'no answer'}"
    said = f"{request.method} {parts.path} {ended}"
    caller = next((frame for frame in request.stack if blamed(frame)), None)
    return f"{said}\nasked for by {caller}" if caller and not blamed(said) else said


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    default = {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname, parts.port or default
