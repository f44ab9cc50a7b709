"""The actions that an extension contributes, as rows of the dictionary. Pure."""

from collections.abc import Callable, Iterator
from typing import Any

from models.actions.action import Action, ActionKind
from models.actions.arguments import (
    Argument,
    Choice,
    Flag,
    FreeWords,
    Integer,
    Name,
    Number,
    Selection,
    Source,
)
from models.extensions.manifest import Manifest
from models.extensions.manifest.contributions import SURE, ContributedAction, Taken
from models.rules.authority import Power

# What makes the function of an action, which gets the arguments by name.
RunOf = Callable[[ContributedAction], Callable[..., Any]]


def contributed(manifest: Manifest, run_of: RunOf) -> list[Action]:
    """The extension's actions, each answered by the function that `run_of` makes for it.

    Strangers ask none: what they could start at will would take the processor from others.
    """
    return [contributed_action(manifest.handle, each, run_of(each)) for each in manifest.action]


def contributed_action(handle: str, each: ContributedAction, run: Callable[..., Any]) -> Action:
    """One of them."""
    return Action(
        name=f"{handle} {each.name}",
        kind=ActionKind(each.kind),
        summary=each.summary,
        takes=tuple(_arguments(each)),
        power=Power(each.power),
        owner=handle,
        inside=True,
        run=run,
    )


def _arguments(action: ContributedAction) -> Iterator[Argument]:
    for taken in action.takes:
        is_selection = action.selection and taken.required
        yield Selection(**_common(taken), of=Source.PLUGINS) if is_selection else argument(taken)
    if action.selection and action.kind == "act":
        about = "Do it without being asked again"
        yield Flag(name=SURE, about=about, word=SURE)


def argument(taken: Taken) -> Argument:
    """What an extension's action takes, as the dictionary reads it."""
    common = _common(taken)
    made: Argument
    match taken.type:
        case "text":
            made = FreeWords(**common, called=taken.name.upper())
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


def _common(taken: Taken) -> dict[str, Any]:
    return {
        "name": taken.name,
        "about": taken.about,
        "required": taken.required,
        "missing": f"{{action}} needs {taken.name}: {taken.about}",
    }
