"""Every way into the web process stands in this table, and what programs ask and do in the dictionary alone."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from models.actions.action import ActionKind
from models.actions.schemas import path_name
from models.database.engine import Database
from tests.asking import DICTIONARY
from webhooks.app import create_app

# Where a route is, and by which methods; A new route is a line here, or an action.
LISTED = {
    "/plugin-manager/status": "GET HEAD POST",
    "/plugin-manager/status.json": "GET HEAD POST",
    "/plugin-manager/status/{name}": "GET HEAD",
    "/plugin-manager/status/validate-key": "GET HEAD",
    "/plugin-manager/status/validate-key.json": "GET HEAD",
    "/plugin-manager/user/register": "POST",
    "/plugin-manager/user/register.json": "POST",
    "/plugin-manager/statistics": "POST",
    "/plugin-manager/statistics.json": "POST",
    "/plugin-manager/plugin": "GET HEAD",
    "/plugin-manager/plugin.json": "GET HEAD",
    "/plugin-manager/plugin/retrieve": "GET HEAD",
    "/plugin-manager/plugin/retrieve.json": "GET HEAD",
    "/plugin-manager/plugin/{name}": "DELETE GET HEAD PUT",
    "/plugin-manager/users/{username}/plugins/registered": "GET HEAD",
    "/plugin-manager/users/{username}/plugins/registered.json": "GET HEAD",
    "/users/{username}/plugins/registered": "GET HEAD",
    "/users/{username}/plugins/registered.json": "GET HEAD",
    "/canary/runs/{run_id}": "PUT",
    "/canary/runs/{run_id}/console-log": "GET HEAD PUT",
    "/canary/runs/{run_id}/screenshot": "GET HEAD PUT",
    "/canary/runs/{run_id}/trace": "GET HEAD",
    "/github/webhooks": "POST",
    "/extensions/{handle}/webhooks/{source}": "POST",
    "/extensions/{handle}/{name}": "GET HEAD",
    "/heartbeats/{secret}": "GET HEAD POST",
    "/heartbeats/{secret}/{signal}": "GET HEAD POST",
    "/healthz": "GET HEAD",
    "/readyz": "GET HEAD",
    "/metrics": "GET HEAD",
    "/openapi.json": "GET HEAD",
    "/api/v2/status.json": "GET HEAD",
    "/api/v2/summary.json": "GET HEAD",
    "/feed.atom": "GET HEAD",
    "/plugins/{name}/feed.atom": "GET HEAD",
    "/tags/{tag}/feed.atom": "GET HEAD",
    "/plugins/{name}/badge.svg": "GET HEAD",
    # Pages for people.
    "/": "GET HEAD",
    "/plugins": "GET HEAD",
    "/plugins/{name}": "GET HEAD",
    "/incidents/{number}": "GET HEAD",
    "/outbreaks/{number}": "GET HEAD",
    "/check": "GET HEAD POST",
    "/history": "GET HEAD",
    "/servers/{name:path}": "GET HEAD",
    "/sites": "GET HEAD",
    "/jobs": "GET HEAD",
    "/extensions": "GET HEAD",
    "/docs": "GET HEAD",
    "/site": "GET HEAD POST",
    "/site/{number}": "GET HEAD",
    "/user-api-key/new": "GET HEAD POST",
    "/user-api-key/requests/{token}": "GET HEAD",
    "/user-api-key/requests/{token}/file": "POST",
    "/user-api-key/requests/{token}/key": "POST",
    "/unsubscribe/{token}": "GET HEAD POST",
    "/unsubscribe/{token}/again": "POST",
}
# The two routes of the dictionary: its list, and the one behind which every action is found by its owner and name.
OF_ACTIONS = {"/actions": "GET HEAD", "/actions/{owner}/{name}": "GET HEAD POST"}
MOUNTED = {"/static"}  # files of the pages, and nothing that runs
# What is left out of the description on purpose: pages, a second spelling, and the description itself.
PAGES = {
    "/users/{username}/plugins/registered",
    "/",
    "/plugins",
    "/plugins/{name}",
    "/incidents/{number}",
    "/outbreaks/{number}",
    "/history",
    "/servers/{name:path}",
    "/sites",
    "/jobs",
    "/extensions",
    "/extensions/{handle}/{name}",
    "/docs",
    "/site",
    "/site/{number}",
    "/user-api-key/new",
    "/user-api-key/requests/{token}",
    "/user-api-key/requests/{token}/file",
    "/user-api-key/requests/{token}/key",
    "/unsubscribe/{token}",
    "/unsubscribe/{token}/again",
    "/openapi.json",
}


@pytest.fixture
def app(tmp_path: Path) -> Iterator[FastAPI]:
    """The application as it is served; no route looks at the database before it is called."""
    with closing(Database(f"sqlite:///{tmp_path}/never.sqlite3")) as database:
        yield create_app(database)


def routes(found: Sequence[BaseRoute], within: str = "") -> Iterator[tuple[str, Any]]:
    """Every route with its whole path, those of included routers and of what is mounted too."""
    for context in iter_route_contexts(found):
        assert context.path is not None, f"{context.route} has no path to be listed by"
        yield within + context.path, context.route
        if isinstance(context.route, Mount):
            yield from routes(context.route.routes, within + context.path)


def methods_by_path(app: FastAPI) -> dict[str, str]:
    """The methods of each path; what has none, such as a WebSocket, shows as its class."""
    found: dict[str, set[str]] = {}
    for path, route in routes(app.routes):
        if not isinstance(route, Mount):
            found.setdefault(path, set()).update(
                getattr(route, "methods", None) or {type(route).__name__}
            )
    return {path: " ".join(sorted(methods)) for path, methods in found.items()}


def test_every_route_is_listed_or_of_the_dictionary(app: FastAPI) -> None:
    assert methods_by_path(app) == LISTED | OF_ACTIONS


def test_head_is_answered_wherever_get_is(app: FastAPI) -> None:
    for path, methods in methods_by_path(app).items():
        assert ("HEAD" in methods) is ("GET" in methods), path


def test_only_files_are_mounted(app: FastAPI) -> None:
    mounts = {path: route for path, route in routes(app.routes) if isinstance(route, Mount)}
    assert set(mounts) == MOUNTED
    assert all(isinstance(mount.app, StaticFiles) for mount in mounts.values())


def test_the_description_tells_of_all_of_them_and_of_nothing_else(app: FastAPI) -> None:
    """Actions one by one, each by the one method that it has; the others by the paths of their routes."""
    described = app.openapi()["paths"]
    actions = {
        f"/actions/{action.owner}/{path_name(action)}": "get"
        if action.kind is ActionKind.QUESTION
        else "post"
        for action in DICTIONARY
    }
    told = {path: set(doors) for path, doors in described.items()}
    assert {path: methods for path, methods in told.items() if path.startswith("/actions/")} == {
        path: {method} for path, method in actions.items()
    }
    twice = {path for path in LISTED if path.removesuffix(".json") in LISTED.keys() - {path}}
    listed = LISTED.keys() - PAGES - twice
    assert set(told) - set(actions) == listed | {"/actions"}
    for path in listed:
        assert told[path] <= set(LISTED[path].lower().split()), path


def test_an_unlisted_route_would_be_seen(app: FastAPI) -> None:
    """What the tests above see: a route, a router's route, and one within something mounted."""
    app.add_api_route("/back", lambda: None, methods=["DELETE"])
    within = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    within.add_api_websocket_route("/door", lambda: None)
    app.mount("/behind", within)
    more = set(methods_by_path(app).items()) - set((LISTED | OF_ACTIONS).items())
    assert more == {("/back", "DELETE"), ("/behind/door", "APIWebSocketRoute")}
    assert "/behind" in {path for path, route in routes(app.routes) if isinstance(route, Mount)}
