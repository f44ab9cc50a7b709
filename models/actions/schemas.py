"""The dictionary as machines read it: each action with the JSON Schema of what it takes. Pure."""

from typing import Any

from models.actions.action import Action
from models.actions.usage_line import described

Schema = dict[str, Any]


def path_name(action: Action) -> str:
    """The action's name in an address, where a space is a hyphen. The owner stands before it there."""
    return action.name.removeprefix(f"{action.owner} ").replace(" ", "-")


def takes(action: Action) -> Schema:
    """The JSON Schema of what an action takes. What is understood from people alone is left out."""
    offered = [argument for argument in action.takes if not argument.hidden]
    properties = {
        argument.name: {"description": argument.about, **argument.schema} for argument in offered
    }
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    if required := [argument.name for argument in offered if argument.required]:
        schema["required"] = required
    return schema


def listed(action: Action) -> dict[str, Any]:
    """An action as `GET /actions` tells it."""
    help_ = described(action)
    return {
        "owner": action.owner,
        "name": action.name,
        "kind": action.kind,
        "summary": action.summary,
        "power": action.power,
        "usage": help_.usage,
        "examples": list(help_.examples),
        "path": f"/actions/{action.owner}/{path_name(action)}",
        "takes": takes(action),
    }
