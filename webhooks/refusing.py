"""How callers are told that they get no answer, wherever in a route that turns out."""

import structlog
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from models.database.engine import DatabaseTrouble
from webhooks import pages
from webhooks.refusal import Refusal
from webhooks.reporting import failed

_log = structlog.get_logger()


def add_refusals(app: FastAPI) -> None:
    """How callers are told that they get no answer."""
    app.add_exception_handler(Refusal, _refused)
    for trouble in DatabaseTrouble:
        app.add_exception_handler(trouble, _out_of_reach)
    app.add_exception_handler(HTTPException, pages.for_people(_not_found))


def _refused(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refusal)  # noqa: S101 - registered for this class alone
    return JSONResponse(failed(error.reason), status_code=error.status)


def _out_of_reach(_request: Request, error: Exception) -> JSONResponse:
    _log.warning("database_out_of_reach", error=type(error).__name__)
    return JSONResponse(
        failed("the database is out of reach"), status_code=503, headers={"Retry-After": "5"}
    )


def _not_found(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class alone
    return JSONResponse(failed(error.detail), status_code=error.status_code, headers=error.headers)
