"""The description of the plain ASGI doors, which FastAPI cannot see, for /docs."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

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
_KEYS: list[dict[str, list[str]]] = [{"site key": []}, {"user key": []}]
_SCHEMES = {
    "site key": {"type": "apiKey", "in": "header", "name": "Api-Key"},
    "user key": {"type": "apiKey", "in": "header", "name": "User-Api-Key"},
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


_DOORS = {
    "/plugin-manager/status": {"post": _door("What a site says of its plugins", _REPORT)},
    "/plugin-manager/user/register": {"post": _door("The plugins that a site will report on", _REGISTRATION)},
    "/plugin-manager/statistics": {"post": _door("Which plugins a site runs", _STATISTICS, keyed=False)},
    "/plugin-manager/status/validate-key": {"get": _door("Whether a key is valid", None)},
}


def describe(app: FastAPI) -> None:
    """Make /openapi.json and /docs tell of every door."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(title=app.title, version=app.version, routes=app.routes)
            for path, doors in _DOORS.items():
                schema["paths"].setdefault(path, {}).update(doors)
            schema.setdefault("components", {})["securitySchemes"] = _SCHEMES
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign] # the documented way to extend the schema
