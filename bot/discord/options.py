"""An action's arguments as Discord's typed options. Pure."""

from typing import Any, Literal

import discord

from models.actions.action import Action
from models.actions.arguments import Argument, Choice, Flag, Together, Whom


def options(action: Action) -> dict[str, Argument]:
    """What an action is asked for, by the names of the function's parameters; what is hidden is not offered.

    A flag that must be there says nothing, so nobody is asked for it. Of what is said together, each
    part is an option of its own.
    """
    asked: dict[str, Argument] = {}
    for each in action.takes:
        if isinstance(each, Together):
            asked |= {_part(each, part): part for part in each.parts}
        elif each.is_in_forms and not _is_given(each):
            asked[each.name] = each
    return asked


def given(action: Action, chosen: dict[str, Any]) -> dict[str, Any]:
    """The arguments' values by what somebody chose."""
    values: dict[str, Any] = {each.name: True for each in action.takes if _is_given(each)}
    values |= {name: _said(value) for name, value in chosen.items()}
    for each in action.takes:
        if isinstance(each, Together):
            found = {part.name: values.pop(_part(each, part), None) for part in each.parts}
            if parts := {name: value for name, value in found.items() if value is not None}:
                values[each.name] = parts
    return values


def annotation(argument: Argument) -> Any:
    """What the parameter is in the library's eyes; it makes Discord's option of it."""
    match argument:
        case Flag():
            kind: Any = bool
        case Choice():
            kind = Literal[tuple(map(str, argument.of))]
        case Whom():
            kind = discord.Member | discord.Role
        case _:
            kind = str
    return kind if argument.required else kind | None


def is_completed(argument: Argument) -> bool:
    """Whether Discord asks us for words that complete it."""
    return annotation(argument) in {str, str | None}


def name(option: str, argument: Argument) -> str:
    """The option's name, as people see it."""
    return (argument.label or option).replace("_", "-")


def _part(whole: Together, part: Argument) -> str:
    return f"{whole.name}_{part.name}"


def _is_given(argument: Argument) -> bool:
    return isinstance(argument, Flag) and argument.required


def _said(value: object) -> object:
    return (
        value.mention if isinstance(value, discord.Member | discord.User | discord.Role) else value
    )
