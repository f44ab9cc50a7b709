"""The description of the plain ASGI endpoints, which FastAPI cannot see, for /docs.

What an endpoint takes is told by what reads it: its shapes, its patterns and its limits. Only prose is
written here.
"""

from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from models.actions.action import Action
from models.picture import MAX_PIXELS, MAX_SCREENSHOT, MAX_SIDE
from models.rules import console
from models.version import VERSION
from webhooks import heartbeats
from webhooks.bodies.strict_json import FORM, JSON
from webhooks.canary import endpoints as canary
from webhooks.canary.shape import RUN
from webhooks.extensions import documentation as extension_documentation
from webhooks.github import deliveries as github
from webhooks.github.reading import FORM_SCHEMA
from webhooks.guard import parsing as guard
from webhooks.interface import action_documentation, checked_sets
from webhooks.manager import fields as managed_fields

_SAID = {
    "type": "object",
    "properties": {
        "message": {"type": "string"},
        "skipped": {"type": "array", "items": {"type": "string"}},
    },
}
_MESSAGE = {"content": {"application/json": {"schema": _SAID}}}
_KEYS: list[dict[str, list[str]]] = [{"site key": []}, {"user key": []}]
_SCHEMES = {
    "site key": {"type": "apiKey", "in": "header", "name": "Api-Key"},
    "user key": {"type": "apiKey", "in": "header", "name": "User-Api-Key"},
    "canary key": {"type": "http", "scheme": "bearer"},
}


def _mib(size: int) -> str:
    """A limit of so many bytes."""
    return f"{size // 1024**2} MiB"


def _endpoint(summary: str, schema: dict[str, Any] | None, *, keyed: bool = True) -> dict[str, Any]:
    endpoint: dict[str, Any] = {
        "summary": summary,
        "tags": ["plugin manager"],
        "responses": {
            "200": {
                "description": 'Stored: {"success": "OK", …}; or {"failed": "FAILED", "errors": […]}'
            }
        },
    }
    if keyed:
        endpoint["security"] = _KEYS
    if schema:
        endpoint["requestBody"] = {
            "required": True,
            "content": {JSON: {"schema": schema}, FORM: {"schema": schema}},
        }
    return endpoint


def _canary_door(summary: str, description: str, content: dict[str, Any]) -> dict[str, Any]:
    refusals = {
        "403": "The server belongs to another key, or our own canary made the run",
        "404": "There is no such run yet",
        "409": "The run has finished, and ended otherwise",
        "429": "The server reported more runs, logs or pictures than are kept of it, or its key took too long",
    }
    return {
        "summary": summary,
        "description": description,
        "tags": ["browser canary"],
        "security": [{"canary key": []}],
        "parameters": [
            {"name": "run_id", "in": "path", "required": True, "schema": canary.RUN_ID_SCHEMA}
        ],
        "requestBody": {"required": True, "content": content},
        "responses": {
            "200": {
                "description": 'Stored: {"run_id", "ignored"}, the latter names plugins that nobody knows here'
            },
            **{
                status: {"description": f'{words}: {{"errors": […]}}'}
                for status, words in refusals.items()
            },
        },
    }


_DOORS = {
    "/plugin-manager/status": {
        "post": _endpoint("What a site says of its plugins", guard.REPORT.schema)
    },
    "/plugin-manager/user/register": {
        "post": _endpoint("The plugins that a site will report on", guard.REGISTRATION.schema)
    },
    "/plugin-manager/statistics": {
        "post": _endpoint("Which plugins a site runs", guard.STATISTICS.schema, keyed=False)
    },
    "/plugin-manager/status/validate-key": {"get": _endpoint("Whether a key is valid", None)},
    "/plugin-manager/users/{username}/plugins/registered": {
        "get": {
            "summary": "Which plugins the site of a User-Api-Key registered",
            "tags": ["plugin manager"],
            "security": [{"user key": []}],
            "parameters": [
                {
                    "name": "username",
                    "in": "path",
                    "required": True,
                    "description": "The key's name or domain, or the user_id of a registration",
                    "schema": {"type": "string"},
                }
            ],
            "responses": {
                "200": {"description": '[{"name", "domain", "updated_at"}, …]'},
                "403": {"description": 'Another user\'s: {"failed": "FAILED", "errors": […]}'},
            },
        }
    },
    "/canary/runs/{run_id}": {
        "put": _canary_door(
            "How a run of the browser canary stands",
            "PUT it when the run begins, as often as it goes on, and with `finished_at` once it has ended: then it is "
            "final. A failed run is best finished after its console log was sent, which may show whose fault it is.",
            {"application/json": {"schema": RUN.schema}},
        )
    },
    "/canary/runs/{run_id}/console-log": {
        "put": _canary_door(
            "What the browser's console said during a run",
            f"UTF-8, of {_mib(canary.MAX_LOG)} at the most; of what is longer than {_mib(console.KEPT_LOG)} the middle "
            "is left out. Kept for a week.",
            {"text/plain": {"schema": {"type": "string"}}},
        )
    },
    "/canary/runs/{run_id}/screenshot": {
        "put": _canary_door(
            "What the page looked like when a step failed",
            f"A PNG of {_mib(MAX_SCREENSHOT)} and {MAX_PIXELS:,} pixels at the most, no side longer than {MAX_SIDE:,}, "
            "not animated. It is encoded anew. Kept for a week.",
            {"image/png": {"schema": {"type": "string", "format": "binary"}}},
        )
    },
}


# The table of `_DOORS` is the Plugin Guards'; GitHub signs what it posts and reads other errors.
_GITHUB_DOORS = {
    "/github/webhooks": {
        "post": {
            "summary": "What GitHub reports of repositories, issues, releases and CI",
            "tags": ["github"],
            "parameters": [header.parameter for header in github.HEADERS],
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {"schema": {"type": "object"}},
                    FORM: {"schema": FORM_SCHEMA},
                },
            },
            "responses": {
                "200": _MESSAGE
                | {
                    "description": "Recorded, before or now, or not taken; `skipped` says what lacked"
                },
                "400": _MESSAGE
                | {"description": "It is no JSON object, or its headers make no sense"},
                "401": _MESSAGE | {"description": "The signature does not fit"},
                "413": _MESSAGE
                | {"description": f"The body is larger than {_mib(github.MAX_BODY)}"},
                "503": _MESSAGE | {"description": "It is not recorded, or no secret is set"},
            },
        }
    }
}

_CALL: dict[str, Any] = {
    "tags": ["cron jobs"],
    "requestBody": {
        "description": f"The job's log, if any; of what is longer than {heartbeats.KEPT_LOG // 1024} KiB "
        "the two ends are kept, redacted",
        "content": {"text/plain": {"schema": {"type": "string"}}},
    },
    "responses": {
        "200": {"description": 'Recorded: {"heartbeat", "recorded"}'},
        "404": {
            "description": 'No heartbeat has this address, or the last word means nothing: {"error"}'
        },
        "503": {"description": 'It is not recorded; call again: {"error"}'},
    },
}
_SECRET = {"name": "secret", "in": "path", "required": True, "schema": {"type": "string"}}
_SIGNAL = {
    "name": "signal",
    "in": "path",
    "required": True,
    "description": heartbeats.SIGNAL_WORDS,
    "schema": heartbeats.SIGNAL_SCHEMA,
}
_FINISHED = {**_CALL, "summary": "A cron job has finished", "parameters": [_SECRET]}
_SIGNALLED = {
    **_CALL,
    "summary": "A cron job begins, failed, or ended with a code",
    "parameters": [_SECRET, _SIGNAL],
}
# A GET tells as much as a POST, without a log; it is not described twice.
_CRON_DOORS = {
    "/heartbeats/{secret}": {"post": _FINISHED},
    "/heartbeats/{secret}/{signal}": {"post": _SIGNALLED},
}


def describe(app: FastAPI, actions: Iterable[Action]) -> None:
    """Make /openapi.json and /docs tell of every endpoint."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(title=app.title, version=VERSION, routes=app.routes)
            for path, endpoints in (
                _DOORS
                | _GITHUB_DOORS
                | _CRON_DOORS
                | extension_documentation.DOORS
                | checked_sets.DOORS
                | managed_fields.DOORS
            ).items():
                schema["paths"].setdefault(path, {}).update(endpoints)
            schema["paths"].update(action_documentation.paths(actions))
            components = schema.setdefault("components", {})
            components.setdefault("schemas", {}).update(action_documentation.schemas())
            components["securitySchemes"] = {
                **_SCHEMES,
                action_documentation.ROBOT: action_documentation.SCHEME,
            }
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign] # the documented way to extend the schema
