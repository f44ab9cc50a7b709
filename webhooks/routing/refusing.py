"""How callers are told that they get no answer, wherever in a route that turns out."""

from collections.abc import Mapping
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from models.database.engine import DatabaseTrouble
from webhooks import pages
from webhooks.guard.endpoints import failed
from webhooks.refusal import Refusal

_log = structlog.get_logger()


def add_refusals(app: FastAPI) -> None:
    """How callers are told that they get no answer."""
    app.add_exception_handler(Refusal, _refused)
    for trouble in DatabaseTrouble:
        app.add_exception_handler(trouble, _out_of_reach)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, pages.for_people(_not_found))


def _refused(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refusal)  # noqa: S101 - registered for this class alone
    return JSONResponse(failed(error.reason), status_code=error.status)


def _malformed(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class alone
    return JSONResponse(failed(*map(_parameter, error.errors())), status_code=400)


def _parameter(wrong: Mapping[str, Any]) -> str:
    """What is wrong with a parameter, in the validator's words: “Input should be a valid integer”."""
    name = ".".join(str(each) for each in wrong["loc"][1:])
    return f"{name}: {wrong['msg'].removeprefix('Input ')}"


def _out_of_reach(_request: Request, error: Exception) -> JSONResponse:
    _log.warning("database_out_of_reach", error=type(error).__name__)
    return JSONResponse(
        failed("the database is out of reach"), status_code=503, headers={"Retry-After": "5"}
    )


def _not_found(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class alone
    return JSONResponse(failed(error.detail), status_code=error.status_code, headers=error.headers)
