"""What whoever looks after the web process asks it: whether it lives and can record, and its figures."""

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from webhooks.operating.readiness import Readiness
from webhooks.shared_answers import SharedAnswers


def add_operation(app: FastAPI) -> None:
    """What whoever looks after the process asks."""
    app.add_api_route("/healthz", _healthz, tags=["operation"])
    app.add_api_route("/readyz", _readyz, tags=["operation"])
    app.add_api_route("/metrics", _metrics, tags=["operation"], response_class=Response)
    for path, answer in (("/healthz", _healthz), ("/readyz", _readyz), ("/metrics", _metrics)):
        app.add_api_route(path, answer, methods=["HEAD"], include_in_schema=False)


async def _healthz() -> dict[str, str]:
    """The process lives."""
    return {"status": "ok"}


async def _readyz(request: Request) -> JSONResponse:
    """The process can record: the schema is up to date, a row was just written, and there is room for more."""
    readiness: Readiness = request.app.state.readiness
    if reason := await readiness.reason():
        return JSONResponse({"status": "unavailable", "reason": reason}, status_code=503)
    return JSONResponse({"status": "ready"})


def _metrics(request: Request) -> Response:
    """What Prometheus reads, now or a moment ago: this process's counters, and how the scheduled jobs go."""
    shared_answers: SharedAnswers = request.app.state.shared_answers
    clock: CollectorRegistry = request.app.state.clock
    told = shared_answers.part("metrics", lambda: generate_latest() + generate_latest(clock))
    return Response(told, media_type=CONTENT_TYPE_LATEST)
