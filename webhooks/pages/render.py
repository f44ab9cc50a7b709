"""How a page is drawn: nothing from outside is markup, and the browser is told to run nothing at all."""

from collections.abc import Callable
from datetime import UTC, datetime
from os import PathLike, stat_result
from pathlib import Path
from typing import Any, assert_never
from urllib.parse import quote

from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from models.messages import words
from models.messages.canary import run_state
from models.messages.canary_run import tone as run_tone
from models.messages.drawing import WHOLE_NAME, is_web
from models.messages.evidence import accusation, seen_on
from models.messages.message import Block, Buttons, Code, Facts, Items, Links, Table, Text, Tone
from models.messages.removal import removed_line
from models.messages.silences import standing
from models.messages.times import ago, clock, lasted
from models.messages.usage import installed_on
from models.rules.incidents import FIELD_EVIDENCE
from models.rules.sources import DESCRIPTORS
from models.version import VERSION
from models.views import IncidentView
from webhooks.pages.translating import add_languages, made_inert

STATIC = "/static"
_FOLDER = Path(__file__).parent
_FOLDED_LINES = 4  # code of more lines waits behind its label: the page is for a glance first


def policy(*origins: str) -> str:
    """What a page may load, and where its forms may lead beside here."""
    led_to = " ".join(("'self'", *origins))
    return (
        "default-src 'none'; style-src 'self'; img-src 'self'; "
        f"base-uri 'none'; form-action {led_to}; frame-ancestors 'none'"
    )


_HEADERS = {
    "Content-Security-Policy": policy(),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}


def draw(template: str, status: int = 200, /, **shown: Any) -> HTMLResponse:
    """The page that this template makes of what is shown, in the language that is spoken."""
    html = _ENVIRONMENT.get_template(f"{template}.html.jinja").render(shown)
    return HTMLResponse(html, status_code=status, headers={**_HEADERS, "Vary": "Accept-Language"})


def plugin_path(handle: str) -> str:
    """Where a plugin's page is."""
    return f"/plugins/{quote(handle, safe='')}"


def server_path(name: str) -> str:
    """Where a canary server's page is."""
    return f"/servers/{quote(name, safe='')}"


def mood(incident: IncidentView) -> Tone:
    """How an open incident looks.

    What only client sites say may be their own trouble, so it is only a warning.
    """
    return Tone.WARNING if incident.origin == FIELD_EVIDENCE else words.tone(incident.verdict)


def suspicion(incident: IncidentView) -> str:
    """Whom to suspect, without the reason where that is a sentence of its own."""
    return accusation(incident).partition(". ")[0].removesuffix(".")


class _Static(StaticFiles):
    def file_response(
        self,
        full_path: str | PathLike[str],
        stat_result: stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers.update(_HEADERS)
        return response


def static_files() -> StaticFiles:
    """The style sheet and the icon."""
    return _Static(directory=_FOLDER / "static")


def _drawn(block: Block) -> Markup:
    """A block in HTML; no buttons, for a page has nobody who could press them."""
    match block:
        case Text() | Facts() | Table() | Code() | Links() | Items():
            drawn: Markup = getattr(_MACROS, block.kind)(block)
            return drawn
        case Buttons():
            return Markup()
        case _:
            assert_never(block)


def _iso(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


class _DrawnOnce(dict[Any, Markup]):
    """What a macro draws of each value, or of each tuple of them, drawn when it is first wanted."""

    def __init__(self, macro: Callable[..., Markup]) -> None:
        super().__init__()
        self._macro = macro

    def __missing__(self, values: Any) -> Markup:
        drawn = self._macro(*values) if isinstance(values, tuple) else self._macro(values)
        return self.setdefault(values, drawn)


_ENVIRONMENT = Environment(
    loader=FileSystemLoader(_FOLDER / "templates"),
    autoescape=True,
    finalize=made_inert,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters |= {
    "iso": _iso,
    "clip": words.clip,
    "error_line": words.error_line,
}
_ENVIRONMENT.globals |= {
    "FOLDED_LINES": _FOLDED_LINES,
    "SOURCES": DESCRIPTORS,
    "VERSION": VERSION,
    "WHOLE_NAME": WHOLE_NAME,
    "ago": ago,
    "clock": clock,
    "drawn": _drawn,
    "drawn_once": _DrawnOnce,
    "installed_on": installed_on,
    "lasted": lasted,
    "mood": mood,
    "ordinal": words.ordinal,
    "plugin_path": plugin_path,
    "removed_line": removed_line,
    "run_state": run_state,
    "run_tone": run_tone,
    "seen_on": seen_on,
    "server_path": server_path,
    "signed": words.signed,
    "standing": standing,
    "suspicion": suspicion,
    "tone": words.tone,
    "zip": zip,
}
add_languages(_ENVIRONMENT)
_ENVIRONMENT.tests["web_address"] = is_web
_MACROS: Any = _ENVIRONMENT.get_template("blocks.html.jinja").module
