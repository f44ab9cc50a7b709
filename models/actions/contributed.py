"""The actions that an extension contributes, as rows of the dictionary. Pure."""

from collections.abc import Callable
from typing import Any

from models.actions.action import Action, ActionKind
from models.actions.arguments import Argument, Choice, Flag, Name, Number, Source, Words
from models.extensions.manifest import Manifest
from models.extensions.manifest.contributions import Taken


def questions(manifest: Manifest, run: Callable[..., Any]) -> list[Action]:
    """The extension's questions, each of which `run` answers by the name of its handler."""
    return [
        Action(
            name=f"{manifest.handle} {each.name}",
            kind=ActionKind.QUESTION,
            summary=each.summary,
            takes=tuple(map(argument, each.takes)),
            owner=manifest.handle,
            run=run,
        )
        for each in manifest.action
        if each.kind == "question"
    ]


def argument(taken: Taken) -> Argument:
    """What an extension's action takes, as the dictionary reads it."""
    common: dict[str, Any] = {
        "name": taken.name,
        "about": taken.about,
        "required": taken.required,
        "missing": f"{{action}} needs {taken.name}: {taken.about}",
    }
    match taken.type:
        case "text":
            return Words(**common, called=taken.name.upper())
        case "flag":
            return Flag(**{**common, "required": False}, word=taken.name)
        case "choice":
            return Choice(**common, of=taken.of)
        case "incident":
            return Number(**common, of=Source.PLUGINS)
        case "plugin":
            return Name(**common, of=Source.PLUGINS)
        case "integer" | "name":
            return Name(**common, called=taken.name.upper())
