"""The description of the plain ASGI doors, which FastAPI cannot see, for /docs."""

from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from models.actions.action import Action
from webhooks import action_documentation

_LINE = {
    "type": "object",
    "required": ["name", "branch", "sha", "status"],
    "properties": {
        "name": {"type": "string"},
        "branch": {"type": "string"},
        "sha": {"type": "string"},
        "status": {"type": "integer", "enum": [0, 1, 2], "description": "0 unknown, 1 compatible, 2 incompatible"},
        "message": {"type": "string"},
        "backtrace": {"type": "string"},
    },
}
_COMMITS = {
    "type": "object",
    "required": ["branch", "sha"],
    "properties": {"branch": {"type": "string"}, "sha": {"type": "string"}},
}
_REPORT = {
    "type": "object",
    "required": ["plugins", "discourse"],
    "properties": {
        "domain": {"type": "string"},
        "plugins": {"type": "array", "items": _LINE, "minItems": 1},
        "discourse": _COMMITS,
    },
}
_REGISTRATION = {
    "type": "object",
    "required": ["plugins", "domain"],
    "properties": {"plugins": {"type": "array", "items": {"type": "string"}}, "domain": {"type": "string"}},
}
_STATISTICS = {
    "type": "object",
    "required": ["plugins", "discourse"],
    "properties": {
        "discourse": {**_COMMITS, "properties": {**_COMMITS["properties"], "host": {"type": "string"}}},  # type: ignore[dict-item]
        "plugins": {"type": "array", "items": {"type": "object"}},
    },
}
_FORM = {"type": "object", "required": ["payload"], "properties": {"payload": {"type": "string"}}}
_SAID = {
    "type": "object",
    "properties": {"message": {"type": "string"}, "skipped": {"type": "array", "items": {"type": "string"}}},
}
_MESSAGE = {"content": {"application/json": {"schema": _SAID}}}
_RUN = {
    "type": "object",
    "required": ["server", "host", "started_at", "steps", "plugins"],
    "properties": {
        "server": {"type": "string", "description": "the server that the key is named after"},
        "host": _COMMITS,
        "started_at": {"type": "string", "format": "date-time", "description": "with its zone"},
        "finished_at": {"type": "string", "format": "date-time", "description": "missing while the run goes on"},
        "steps": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "result", "duration_ms"],
                "properties": {
                    "name": {"type": "string"},
                    "result": {"type": "string", "enum": ["passed", "failed", "skipped"]},
                    "duration_ms": {"type": "number", "minimum": 0},
                    "message": {"type": "string"},
                },
            },
        },
        "plugins": {
            "type": "array",
            "items": {
                **_COMMITS,
                "required": ["name", "branch", "sha"],
                "properties": {"name": {"type": "string"}, **_COMMITS["properties"]},  # type: ignore[dict-item]
            },
        },
    },
}
_KEYS: list[dict[str, list[str]]] = [{"site key": []}, {"user key": []}]
_SCHEMES = {
    "site key": {"type": "apiKey", "in": "header", "name": "Api-Key"},
    "user key": {"type": "apiKey", "in": "header", "name": "User-Api-Key"},
    "canary key": {"type": "http", "scheme": "bearer"},
}


def _door(summary: str, schema: dict[str, Any] | None, *, keyed: bool = True) -> dict[str, Any]:
    door: dict[str, Any] = {
        "summary": summary,
        "tags": ["plugin manager"],
        "responses": {"200": {"description": 'Stored: {"success": "OK", …}; or {"failed": "FAILED", "errors": […]}'}},
    }
    if keyed:
        door["security"] = _KEYS
    if schema:
        door["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return door


def _header(name: str, description: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": True, "description": description, "schema": {"type": "string"}}


def _canary_door(summary: str, description: str, content: dict[str, Any]) -> dict[str, Any]:
    refusals = {
        "403": "The server belongs to another key, or our own canary made the run",
        "404": "There is no such run yet",
        "409": "The run has finished, and ended otherwise",
    }
    return {
        "summary": summary,
        "description": description,
        "tags": ["browser canary"],
        "security": [{"canary key": []}],
        "parameters": [{"name": "run_id", "in": "path", "required": True, "schema": {"type": "string"}}],
        "requestBody": {"required": True, "content": content},
        "responses": {
            "200": {"description": 'Stored: {"run_id", "ignored"}, the latter names plugins that nobody knows here'},
            **{status: {"description": f'{words}: {{"errors": […]}}'} for status, words in refusals.items()},
        },
    }


_DOORS = {
    "/plugin-manager/status": {"post": _door("What a site says of its plugins", _REPORT)},
    "/plugin-manager/user/register": {"post": _door("The plugins that a site will report on", _REGISTRATION)},
    "/plugin-manager/statistics": {"post": _door("Which plugins a site runs", _STATISTICS, keyed=False)},
    "/plugin-manager/status/validate-key": {"get": _door("Whether a key is valid", None)},
    "/canary/runs/{run_id}": {
        "put": _canary_door(
            "How a run of the browser canary stands",
            "PUT it when the run begins, as often as it goes on, and with `finished_at` once it has ended: then it is "
            "final. A failed run is best finished after its console log was sent, which may show whose fault it is.",
            {"application/json": {"schema": _RUN}},
        )
    },
    "/canary/runs/{run_id}/console-log": {
        "put": _canary_door(
            "What the browser's console said during a run",
            "UTF-8, of 64 MiB at the most; of what is longer than 1 MiB the middle is left out. Kept for a week.",
            {"text/plain": {"schema": {"type": "string"}}},
        )
    },
    "/canary/runs/{run_id}/screenshot": {
        "put": _canary_door(
            "What the page looked like when a step failed",
            "A PNG of 10 MiB and 8,000,000 pixels at the most, not animated. It is encoded anew. Kept for a week.",
            {"image/png": {"schema": {"type": "string", "format": "binary"}}},
        )
    },
}


# The table of `_DOORS` is the Plugin Guards'; GitHub signs what it posts and reads other errors.
_GITHUB_DOORS = {
    "/github/webhooks": {
        "post": {
            "summary": "What GitHub tells of repositories, issues, releases and CI",
            "tags": ["github"],
            "parameters": [
                _header("X-Hub-Signature-256", "sha256= and the HMAC of the raw body, made with a live secret"),
                _header("X-GitHub-Event", "The event; one that is not listened to is answered with 200"),
                _header("X-GitHub-Delivery", "GitHub's id of the delivery, under which it is recorded once"),
            ],
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {"schema": {"type": "object"}},
                    "application/x-www-form-urlencoded": {"schema": _FORM},
                },
            },
            "responses": {
                "200": _MESSAGE
                | {"description": "Recorded, before or now, or not listened to; `skipped` says what lacked"},
                "400": _MESSAGE | {"description": "It is no JSON object, or its headers make no sense"},
                "401": _MESSAGE | {"description": "The signature does not fit"},
                "413": _MESSAGE | {"description": "The body is larger than 25 MB"},
                "503": _MESSAGE | {"description": "It is not recorded, or no secret is set"},
            },
        }
    }
}

_CALL: dict[str, Any] = {
    "tags": ["cron jobs"],
    "requestBody": {
        "description": "The job's log, if any; of what is longer than 10 KiB the two ends are kept, redacted",
        "content": {"text/plain": {"schema": {"type": "string"}}},
    },
    "responses": {
        "200": {"description": 'Recorded: {"heartbeat", "recorded"}'},
        "404": {"description": 'No heartbeat has this address, or the last word means nothing: {"error"}'},
        "503": {"description": 'It is not recorded; call again: {"error"}'},
    },
}
_SECRET = {"name": "secret", "in": "path", "required": True, "schema": {"type": "string"}}
_SIGNAL = {
    "name": "signal",
    "in": "path",
    "required": True,
    "description": "start, fail, or the exit code from 0 to 255",
    "schema": {"type": "string"},
}
_FINISHED = {**_CALL, "summary": "A cron job has finished", "parameters": [_SECRET]}
_SIGNALLED = {**_CALL, "summary": "A cron job begins, failed, or ended with a code", "parameters": [_SECRET, _SIGNAL]}
# A GET tells as much as a POST, without a log; it is not described twice.
_CRON_DOORS = {
    "/heartbeats/{secret}": {"post": _FINISHED},
    "/heartbeats/{secret}/{signal}": {"post": _SIGNALLED},
}


def describe(app: FastAPI, actions: Iterable[Action]) -> None:
    """Make /openapi.json and /docs tell of every door."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(title=app.title, version=app.version, routes=app.routes)
            for path, doors in (_DOORS | _GITHUB_DOORS | _CRON_DOORS).items():
                schema["paths"].setdefault(path, {}).update(doors)
            schema["paths"].update(action_documentation.paths(actions))
            components = schema.setdefault("components", {})
            components.setdefault("schemas", {}).update(action_documentation.schemas())
            components["securitySchemes"] = {**_SCHEMES, action_documentation.ROBOT: action_documentation.SCHEME}
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign] # the documented way to extend the schema
