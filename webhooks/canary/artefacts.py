"""What canary runs left behind, for those who were given a link: private, signed, and only to be looked at."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from models import queries
from models.database.engine import Database
from models.operating.signing import ExpiredLinkError, ForgedLinkError, Signer
from models.rules.kinds import ArtefactKind
from models.rules.smoke import run_name

_TYPES = {
    ArtefactKind.CONSOLE_LOG: "text/plain; charset=utf-8",
    ArtefactKind.SCREENSHOT: "image/png",
    ArtefactKind.TRACE: "application/zip",
}
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}
_ASK_AGAIN = "ask for a new one in chat: /plugin canary SERVER\n"

router = APIRouter(prefix="/canary/runs/{run_id}", tags=["browser canary"])


@router.get("/console-log", response_class=PlainTextResponse)
@router.head("/console-log", include_in_schema=False)
def console_log(request: Request, run_id: str, server: str = "", token: str = "") -> Response:
    """A run's console log, for an hour after its link was given."""
    return _shown(request, server, run_id, ArtefactKind.CONSOLE_LOG, token)


@router.get("/screenshot", response_class=Response)
@router.head("/screenshot", include_in_schema=False)
def screenshot(request: Request, run_id: str, server: str = "", token: str = "") -> Response:
    """A run's screenshot, for an hour after its link was given."""
    return _shown(request, server, run_id, ArtefactKind.SCREENSHOT, token)


@router.get("/trace", response_class=Response)
@router.head("/trace", include_in_schema=False)
def trace(request: Request, run_id: str, server: str = "", token: str = "") -> Response:
    """The browser's own record of a run, for an hour after its link was given."""
    return _shown(request, server, run_id, ArtefactKind.TRACE, token)


def _shown(request: Request, server: str, run_id: str, kind: ArtefactKind, token: str) -> Response:
    database: Database = request.app.state.database
    signer: Signer = request.app.state.signer
    try:
        signer.check(token, run_name(server, run_id), kind, datetime.now(UTC))
    except ForgedLinkError:
        return _said(
            403, f"This is private. Its link is not whole, or was not made here; {_ASK_AGAIN}"
        )
    except ExpiredLinkError:
        return _said(410, f"This link worked for an hour, which is over; {_ASK_AGAIN}")
    with database.read() as session:
        content = queries.artefact(session, server, run_id, kind)
    if content is None:
        return _said(
            404, "This is not kept any more; logs and screenshots are deleted after a week.\n"
        )
    return Response(content, media_type=_TYPES[kind], headers=_HEADERS)


def _said(status: int, words: str) -> Response:
    return PlainTextResponse(words, status, headers=_HEADERS)
