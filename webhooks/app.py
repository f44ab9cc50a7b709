"""The web process: the endpoints for machines, health, metrics and the interface's description."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from anyio import to_thread
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.routing import BaseRoute, Route

from models.actions.action import Action
from models.actions.core.table import CORE
from models.actions.dictionary import Dictionary
from models.actions.offering import Offering
from models.actions.responding import Responder
from models.database.engine import Database
from models.operating.signing import Signer
from webhooks import embedding, heartbeats, pages
from webhooks.access.keys import KeyRing
from webhooks.access.throttle import Throttle
from webhooks.bodies.receiving import Receiving
from webhooks.canary import artefacts
from webhooks.canary import endpoints as canary
from webhooks.canary.endpoints import Canaries
from webhooks.extensions import sources as extension_sources
from webhooks.extensions.sources import ExtensionSources
from webhooks.github import deliveries as github
from webhooks.guard.endpoints import Reporting, failed
from webhooks.heartbeats import Heartbeats
from webhooks.interface import actions
from webhooks.interface.actions import Actions
from webhooks.interface.checked_sets import CheckedSets
from webhooks.interface.documentation import describe
from webhooks.manager import statuses
from webhooks.manager.managing import Managing
from webhooks.manager.registered import Registered
from webhooks.operating.attendance import SignIn
from webhooks.operating.clock_metrics import clock_metrics
from webhooks.operating.operation import add_operation
from webhooks.operating.readiness import Readiness
from webhooks.pages.redrawing import Redrawing
from webhooks.personal.approvals import Approvals
from webhooks.personal.own_site import OwnSites
from webhooks.personal.unsubscribing import Unsubscribing
from webhooks.recording.intake import Intake
from webhooks.routing.cleaning import CleanAddresses
from webhooks.routing.endpoint import Endpoint
from webhooks.routing.fixed_addresses import FixedAddresses
from webhooks.routing.refusing import add_refusals
from webhooks.serving.giving_back import GivingBack
from webhooks.shared_answers import MOST_READING, SharedAnswers
from webhooks.workers.pools import Workers

# How many bytes are held at once of bodies that have not ended: of senders with a key; of those who may have GitHub's
# secret, which shows only at the body's end; and of strangers.
_MOST_KEYED = 16 * 1024 * 1024
_MOST_DELIVERED = 8 * 1024 * 1024
_MOST_WITHOUT_KEY = 4 * 1024 * 1024
_OPENS_NOTHING = Signer(SecretStr(""))


def create_app(
    database: Database,
    intake: Intake | None = None,
    *,
    github_secrets: Sequence[bytes] = (),
    signer: Signer = _OPENS_NOTHING,
    readiness: Readiness | None = None,
    actions: Sequence[Action] = CORE,
    private_hosts: frozenset[str] = frozenset(),
) -> FastAPI:
    """The application on this database. It starts its intake and stops it after the last request.

    Without `github_secrets` GitHub is not listened to, and without a `signer` no link to an artefact opens it.
    Sites at `private_hosts` may ask for keys although they are not on the internet.
    """
    intake = intake or Intake(database)
    readiness = readiness or Readiness(database)
    workers = Workers()
    responder = Responder(database, Dictionary(actions), signer)
    routes = _routes(database, intake, github_secrets, workers, responder, private_hosts, signer)
    parts = (intake, SignIn(database), Offering(database, responder), readiness, GivingBack())
    # The page of FastAPI's own that draws the interface loads its scripts from elsewhere.
    app = FastAPI(
        title="Pluginwatch",
        lifespan=_lifespan(parts, workers),
        routes=routes,
        docs_url=None,
        redoc_url=None,
        # Prometheus reads our own figures; asking for each request whether somebody traces it costs 4 us.
        telemetry={"tracing": False, "metrics": False, "logs": False},
        redirect_slashes=False,
    )
    app.add_middleware(CleanAddresses)
    app.add_middleware(FixedAddresses, routes=routes)  # added last, so it comes first
    _add_state(app, database, signer, readiness, workers)
    app.state.intake = intake
    add_refusals(app)
    add_operation(app)
    _add_reading(app)
    return app


class _ApplicationPart(Protocol):
    """A thread of the application, or its other process."""

    def start(self) -> None: ...
    def stop(self) -> None: ...


def _lifespan(
    parts: Sequence[_ApplicationPart], workers: Workers
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """What starts with the application, and ends after its last request."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        running: list[_ApplicationPart] = [*parts, app.state.redrawing]
        if app.state.answerer:
            running.append(app.state.answerer)
        for part in running:
            part.start()
        to_thread.current_default_thread_limiter().total_tokens = MOST_READING
        yield
        workers.stop_processes()
        for part in reversed(running):
            part.stop()
        workers.stop_threads()

    return lifespan


def _add_state(
    app: FastAPI, database: Database, signer: Signer, readiness: Readiness, workers: Workers
) -> None:
    """What the routes find in the request's application."""
    app.state.database = database
    app.state.signer = signer
    app.state.readiness = readiness
    app.state.workers = workers
    app.state.shared_answers = SharedAnswers()
    # Whoever reads is answered here, unless a process was forked for them.
    app.state.answerer = None
    app.state.redrawing = Redrawing(database)
    app.state.clock = clock_metrics(database)


def _add_reading(app: FastAPI) -> None:
    """What is there to be read, by programs and by people."""
    for router in (statuses.router, artefacts.router, *pages.ROUTERS, embedding.router):
        app.include_router(router)
    app.mount(pages.STATIC, pages.static_files())
    describe(app, CORE)


def _routes(
    database: Database,
    intake: Intake,
    github_secrets: Sequence[bytes],
    workers: Workers,
    responder: Responder,
    private_hosts: frozenset[str],
    signer: Signer,
) -> list[BaseRoute]:
    """What machines call."""
    ring = KeyRing(database, workers.strangers)
    keyed = Receiving(_MOST_KEYED)
    delivered = Receiving(_MOST_DELIVERED)
    guests = Receiving(_MOST_WITHOUT_KEY)
    reporting = Reporting(
        intake,
        ring,
        Throttle(),
        receiving=keyed,
        guests=guests,
        worker=workers.reports,
        strangers=workers.strangers,
    )
    return [
        *_guard_routes(reporting),
        *Registered(database, ring).routes(),
        *Managing(database, ring, keyed, workers.robots).routes(),
        *_canary_routes(Canaries(intake, ring, keyed, workers.heavy)),
        *_heartbeat_routes(Heartbeats(intake, database, workers.strangers)),
        _github_route(github.Deliveries(intake, github_secrets, delivered, workers)),
        *Approvals(database, intake, guests, private_hosts).routes(),
        *OwnSites(database, ring, guests, signer).routes(),
        *Unsubscribing(database, intake, signer).routes(),
        *CheckedSets(database, guests).routes(),
        _extension_route(ExtensionSources(intake, database, guests, workers.strangers)),
        *_action_routes(
            Actions(responder, ring, keyed, strangers=workers.strangers, robots=workers.robots)
        ),
    ]


def _guard_routes(reporting: Reporting) -> list[Route]:
    """What Plugin Guards call, each with and without `.json`."""
    endpoints = {
        "/plugin-manager/status": ("POST", reporting.report),
        "/plugin-manager/user/register": ("POST", reporting.register),
        "/plugin-manager/statistics": ("POST", reporting.statistics),
        "/plugin-manager/status/validate-key": ("GET", reporting.validate_key),
    }
    routes: list[Route] = []
    for path, (method, answer) in endpoints.items():
        endpoint = Endpoint(answer, failed)
        routes += [Route(path + suffix, endpoint, methods=[method]) for suffix in ("", ".json")]
    return routes


def _github_route(deliveries: github.Deliveries) -> Route:
    return Route("/github/webhooks", Endpoint(deliveries.deliver, github.failed), methods=["POST"])


def _extension_route(sources: ExtensionSources) -> Route:
    endpoint = Endpoint(sources.deliver, extension_sources.failed)
    return Route("/extensions/{handle}/webhooks/{source}", endpoint, methods=["POST"])


def _canary_routes(canaries: Canaries) -> list[Route]:
    """What browser canaries call."""
    endpoints = {
        "": canaries.run,
        "/console-log": canaries.console_log,
        "/screenshot": canaries.screenshot,
    }
    return [
        Route("/canary/runs/{run_id}" + suffix, Endpoint(answer, canary.failed), methods=["PUT"])
        for suffix, answer in endpoints.items()
    ]


def _action_routes(offered: Actions) -> list[Route]:
    """What programs ask and do, as people would in chat."""
    one = "/actions/{owner}/{name}"
    return [
        Route("/actions", Endpoint(offered.listing, actions.failed), methods=["GET"]),
        Route(one, Endpoint(offered.ask, actions.failed), methods=["GET"]),
        Route(one, Endpoint(offered.act, actions.failed), methods=["POST"]),
    ]


def _heartbeat_routes(beats: Heartbeats) -> list[Route]:
    """What cron jobs call."""
    endpoint = Endpoint(beats.call, heartbeats.failed)
    paths = ("/heartbeats/{secret}", "/heartbeats/{secret}/{signal}")
    return [Route(path, endpoint, methods=["GET", "POST"]) for path in paths]
