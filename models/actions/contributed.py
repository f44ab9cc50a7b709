"""The actions that an extension contributes, as rows of the dictionary. Pure."""

from collections.abc import Callable
from typing import Any

from models.actions.action import Action, ActionKind
from models.actions.arguments import (
    Argument,
    Choice,
    Flag,
    Integer,
    Name,
    Number,
    Source,
    Words,
)
from models.extensions.manifest import Manifest
from models.extensions.manifest.contributions import ContributedAction, Taken
from models.rules.authority import Power

# What makes the function of an action, which gets the arguments by name.
RunOf = Callable[[ContributedAction], Callable[..., Any]]


def contributed(manifest: Manifest, run_of: RunOf) -> list[Action]:
    """The extension's actions, each answered by the function that `run_of` makes for it.

    Strangers ask none: what they could start at will would take the processor from others.
    """
    return [
        Action(
            name=f"{manifest.handle} {each.name}",
            kind=ActionKind(each.kind),
            summary=each.summary,
            takes=tuple(map(argument, each.takes)),
            power=Power(each.power),
            owner=manifest.handle,
            inside=True,
            run=run_of(each),
        )
        for each in manifest.action
    ]


def argument(taken: Taken) -> Argument:
    """What an extension's action takes, as the dictionary reads it."""
    common: dict[str, Any] = {
        "name": taken.name,
        "about": taken.about,
        "required": taken.required,
        "missing": f"{{action}} needs {taken.name}: {taken.about}",
    }
    made: Argument
    match taken.type:
        case "text":
            made = Words(**common, called=taken.name.upper())
        case "flag":
            made = Flag(**{**common, "required": False}, word=taken.name)
        case "choice":
            made = Choice(**common, of=taken.of)
        case "incident":
            made = Number(**common, of=Source.PLUGINS)
        case "plugin":
            made = Name(**common, of=Source.PLUGINS)
        case "integer":
            made = Integer(**common)
        case "name":
            made = Name(**common, called=taken.name.upper())
    return made
