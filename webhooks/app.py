"""The web process: the doors for machines, health, metrics and the interface's description."""

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
from webhooks import (
    actions,
    artefacts,
    canary,
    embedding,
    extension_sources,
    heartbeats,
    pages,
    statuses,
)
from webhooks.actions import Actions
from webhooks.approvals import Approvals
from webhooks.attendance import SignIn
from webhooks.canary import Canaries
from webhooks.checked_sets import CheckedSets
from webhooks.cleaning import CleanAddresses
from webhooks.clock_metrics import clock_metrics
from webhooks.crew import Crew
from webhooks.documentation import describe
from webhooks.door import Door
from webhooks.extension_sources import ExtensionSources
from webhooks.fixed_addresses import FixedAddresses
from webhooks.github import deliveries as github
from webhooks.giving_back import GivingBack
from webhooks.heartbeats import Heartbeats
from webhooks.intake import Intake
from webhooks.keys import KeyRing
from webhooks.managing import Managing
from webhooks.operation import add_operation
from webhooks.own_site import OwnSites
from webhooks.readiness import Readiness
from webhooks.receiving import Receiving
from webhooks.redrawing import Redrawing
from webhooks.refusing import add_refusals
from webhooks.registered import Registered
from webhooks.reporting import Reporting, failed
from webhooks.shared import Desk
from webhooks.throttle import Throttle
from webhooks.unsubscribing import Unsubscribing

# How many bytes are held at once of bodies that have not ended: of senders with a key; of those who may have GitHub's
# secret, which shows only at the body's end; and of strangers.
_MOST_KEYED = 24 * 1024 * 1024
_MOST_DELIVERED = 12 * 1024 * 1024
_MOST_WITHOUT_KEY = 6 * 1024 * 1024

# Threads that make what is read, by default 40: each takes memory, and the interpreter's lock from what Guards report.
MOST_READING = 6


def create_app(
    database: Database,
    intake: Intake | None = None,
    *,
    github_secrets: Sequence[bytes] = (),
    signer: Signer | None = None,
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
    crew = Crew()
    signer = signer or Signer(SecretStr(""))
    responder = Responder(database, Dictionary(actions), signer)
    doors = _doors(database, intake, github_secrets, crew, responder, private_hosts, signer)
    parts = (intake, SignIn(database), Offering(database, responder), readiness, GivingBack())
    # The page of FastAPI's own that draws the interface loads its scripts from elsewhere.
    app = FastAPI(
        title="Pluginwatch",
        lifespan=_lifespan(parts, crew),
        routes=doors,
        docs_url=None,
        redoc_url=None,
        # Prometheus reads our own figures; asking for each request whether somebody traces it costs 4 us.
        telemetry={"tracing": False, "metrics": False, "logs": False},
        redirect_slashes=False,
    )
    app.add_middleware(CleanAddresses)
    app.add_middleware(FixedAddresses, routes=doors)  # added last, so it comes first
    _add_state(app, database, signer, readiness)
    add_refusals(app)
    add_operation(app)
    _add_reading(app)
    return app


class _ApplicationThread(Protocol):
    """A thread of the application."""

    def start(self) -> None: ...
    def stop(self) -> None: ...


def _lifespan(
    parts: Sequence[_ApplicationThread], crew: Crew
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """What starts with the application, and ends after its last request."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        running: tuple[_ApplicationThread, ...] = (*parts, app.state.redrawing)
        for part in running:
            part.start()
        to_thread.current_default_thread_limiter().total_tokens = MOST_READING
        yield
        crew.stop_workshops()
        for part in reversed(running):
            part.stop()
        crew.stop_threads()

    return lifespan


def _add_state(app: FastAPI, database: Database, signer: Signer, readiness: Readiness) -> None:
    """What the routes find in the request's application."""
    app.state.database = database
    app.state.signer = signer
    app.state.readiness = readiness
    app.state.desk = Desk()
    app.state.redrawing = Redrawing(database)
    app.state.clock = clock_metrics(database)


def _add_reading(app: FastAPI) -> None:
    """What is there to be read, by programs and by people."""
    for router in (statuses.router, artefacts.router, *pages.ROUTERS, embedding.router):
        app.include_router(router)
    app.mount(pages.STATIC, pages.static_files())
    describe(app, CORE)


def _doors(
    database: Database,
    intake: Intake,
    github_secrets: Sequence[bytes],
    crew: Crew,
    responder: Responder,
    private_hosts: frozenset[str],
    signer: Signer,
) -> list[BaseRoute]:
    """What machines call."""
    ring = KeyRing(database, crew.strangers)
    keyed = Receiving(_MOST_KEYED)
    delivered = Receiving(_MOST_DELIVERED)
    guests = Receiving(_MOST_WITHOUT_KEY)
    reporting = Reporting(
        intake,
        ring,
        Throttle(),
        receiving=keyed,
        guests=guests,
        workshop=crew.reports,
        strangers=crew.strangers,
    )
    return [
        *_guard_routes(reporting),
        *Registered(database, ring).routes(),
        *Managing(database, ring, keyed, crew.robots).routes(),
        *_canary_routes(Canaries(intake, ring, keyed, crew.heavy)),
        *_heartbeat_routes(Heartbeats(intake, database, crew.strangers)),
        _github_route(github.Deliveries(intake, github_secrets, delivered, crew)),
        *Approvals(database, intake, guests, private_hosts).routes(),
        *OwnSites(database, ring, guests, signer).routes(),
        *Unsubscribing(database, intake, signer).routes(),
        *CheckedSets(database, guests).routes(),
        _extension_route(ExtensionSources(intake, database, guests, crew.strangers)),
        *_action_routes(
            Actions(responder, ring, keyed, strangers=crew.strangers, robots=crew.robots)
        ),
    ]


def _guard_routes(reporting: Reporting) -> list[Route]:
    """What Plugin Guards call, each with and without `.json`."""
    doors = {
        "/plugin-manager/status": ("POST", reporting.report),
        "/plugin-manager/user/register": ("POST", reporting.register),
        "/plugin-manager/statistics": ("POST", reporting.statistics),
        "/plugin-manager/status/validate-key": ("GET", reporting.validate_key),
    }
    routes: list[Route] = []
    for path, (method, answer) in doors.items():
        door = Door(answer, failed)
        routes += [Route(path + suffix, door, methods=[method]) for suffix in ("", ".json")]
    return routes


def _github_route(deliveries: github.Deliveries) -> Route:
    return Route("/github/webhooks", Door(deliveries.deliver, github.failed), methods=["POST"])


def _extension_route(sources: ExtensionSources) -> Route:
    door = Door(sources.deliver, extension_sources.failed)
    return Route("/extensions/{handle}/webhooks/{source}", door, methods=["POST"])


def _canary_routes(canaries: Canaries) -> list[Route]:
    """What browser canaries call."""
    doors = {
        "": canaries.run,
        "/console-log": canaries.console_log,
        "/screenshot": canaries.screenshot,
    }
    return [
        Route("/canary/runs/{run_id}" + suffix, Door(answer, canary.failed), methods=["PUT"])
        for suffix, answer in doors.items()
    ]


def _action_routes(offered: Actions) -> list[Route]:
    """What programs ask and do, as people would in chat."""
    one = "/actions/{owner}/{name}"
    return [
        Route("/actions", Door(offered.listing, actions.failed), methods=["GET"]),
        Route(one, Door(offered.ask, actions.failed), methods=["GET"]),
        Route(one, Door(offered.act, actions.failed), methods=["POST"]),
    ]


def _heartbeat_routes(beats: Heartbeats) -> list[Route]:
    """What cron jobs call."""
    door = Door(beats.call, heartbeats.failed)
    paths = ("/heartbeats/{secret}", "/heartbeats/{secret}/{signal}")
    return [Route(path, door, methods=["GET", "POST"]) for path in paths]
