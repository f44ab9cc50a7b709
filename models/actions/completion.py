"""What can be completed while somebody types: the actions with their places, and the names that stand there."""

from collections.abc import Collection
from typing import Any, TypedDict
from zoneinfo import available_timezones

from models import queries
from models.actions.action import Action
from models.actions.arguments import Argument
from models.actions.arguments.following import TAG
from models.actions.dictionary import Dictionary
from models.actions.usage_line import usage
from models.database.engine import Session
from models.queries.clearances import admitted_workspaces
from models.queries.following import tags

# Of the old names only those of areas are offered, such as Europe/Berlin.
_ZONES = ["UTC", *sorted(zone for zone in available_timezones() if "/" in zone)]


class Expected(TypedDict):
    """Where an argument stands: behind `lead` if it has one, one of `words`, or one of the names of `source`."""

    lead: str
    words: tuple[str, ...]
    source: str
    required: bool


class Completed(TypedDict):
    """An action as it is completed: the places that stand in their order, and those behind them in any."""

    name: str
    usage: str
    summary: str
    leading: list[Expected]
    trailing: list[Expected]


class Names(TypedDict):
    """All that completes: actions, plugins by handle, `tags` as they are followed, host branches, and canary servers.

    `guilds` are the workspaces of Discord that are admitted: what servers there are is not for all.
    """

    commands: list[Completed]
    plugins: list[str]
    tags: list[str]
    branches: list[str]
    servers: list[str]
    guilds: list[str]


def names(session: Session, dictionary: Dictionary, used_here: Collection[str] = ()) -> Names:
    """What can be completed now, where these extensions are used."""
    return {
        "commands": [completed(action) for action in dictionary.of(used_here)],
        "plugins": queries.handles(session),
        "tags": [f"{TAG}{tag}" for tag in tags(session)],
        "branches": queries.host_branches(session),
        "servers": queries.canary_servers(session),
        "guilds": [
            workspace
            for platform, workspace in admitted_workspaces(session)
            if platform == "discord"
        ],
    }


def by_source(known: Names) -> dict[str, list[str]]:
    """The names by what they are names of."""
    commands = [command["name"] for command in known["commands"] if " " not in command["name"]]
    return {**_lists(known), "commands": commands, "zones": _ZONES}


def _lists(known: Names) -> dict[str, Any]:
    return {
        "plugins": known["plugins"],
        "followed": [*known["plugins"], *known["tags"]],
        "branches": known["branches"],
        "servers": known["servers"],
    }


def completed(action: Action) -> Completed:
    """An action as it is completed."""
    return {
        "name": action.name,
        "usage": usage(action),
        "summary": action.summary,
        "leading": [_place(argument) for argument in action.leading],
        "trailing": [_place(argument) for argument in action.trailing if not argument.hidden],
    }


def _place(argument: Argument) -> Expected:
    return {
        "lead": argument.lead,
        "words": argument.fixed,
        "source": argument.source or "",
        "required": argument.required,
    }
