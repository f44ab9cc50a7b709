"""The dictionary in /openapi.json: each question as a GET and each act as a POST, made of its declared arguments."""

from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter

from models.actions.action import Action, ActionKind
from models.actions.schemas import path_name, takes
from models.messages.message import Message

_MESSAGE = {"$ref": "#/components/schemas/Message"}
_TAG = "actions"
ROBOT = "robot key"
SCHEME = {"type": "http", "scheme": "bearer"}


def paths(actions: Iterable[Action]) -> dict[str, Any]:
    """The addresses of all actions, and of their list."""
    listing = {
        "summary": "Everything that can be asked and done",
        "tags": [_TAG],
        "responses": {"200": _OF_ACTIONS},
    }
    described: dict[str, Any] = {"/actions": {"get": listing}}
    for action in actions:
        path = f"/actions/{action.owner}/{path_name(action)}"
        described[path] = (
            {"get": _question(action)}
            if action.kind is ActionKind.QUESTION
            else {"post": _act(action)}
        )
    return described


def schemas() -> dict[str, Any]:
    """What an answer is: the message and its kinds of blocks."""
    schema = TypeAdapter(Message).json_schema(
        ref_template="#/components/schemas/{model}", mode="serialization"
    )
    return {**schema.pop("$defs"), "Message": schema}


_OF_ACTIONS = {
    "description": "Of each action its name, kind, usage and examples, and the JSON Schema of what it takes"
}
_ANSWERS = {
    "200": {"description": "The answer", "content": {"application/json": {"schema": _MESSAGE}}},
    "400": {
        "description": "An argument makes no sense; the message says what would",
        "content": {},
    },
    "401": {"description": "The key is not valid, or an act lacks one"},
    "429": {"description": "Too many requests within a minute"},
}


def _question(action: Action) -> dict[str, Any]:
    schema = takes(action)
    required = schema.get("required", [])
    parameters = [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            "description": one["description"],
            "schema": {key: value for key, value in one.items() if key != "description"},
        }
        for name, one in schema["properties"].items()
    ]
    # A robot is told what its roles let it know, and whoever shows no key what is public.
    return {**_described(action), "parameters": parameters, "security": [{}, {ROBOT: []}]}


def _act(action: Action) -> dict[str, Any]:
    body = takes(action)
    if action.form:
        words = {"type": "object", "additionalProperties": {"type": "string"}}
        body["properties"]["form"] = {"description": "The fields of its form with words", **words}
    content = {"application/json": {"schema": body}}
    return {
        **_described(action),
        "requestBody": {"required": True, "content": content},
        "security": [{ROBOT: []}],
    }


def _described(action: Action) -> dict[str, Any]:
    return {"summary": action.summary, "tags": [_TAG], "responses": _ANSWERS}
