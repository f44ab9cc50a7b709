"""`/plugin` as a group of commands, one for each action of the dictionary, with typed options."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any

import discord
from discord import app_commands

from bot.discord import fitting, options
from bot.discord.describing import Descriptions
from bot.discord.render import MAX_DESCRIBED, MAX_OFFERED
from models.actions.action import Action, Typed
from models.actions.arguments import Argument
from models.actions.dictionary import Dictionary
from models.rules.speaking import marked

Ask = Callable[[discord.Interaction[Any], Typed], Awaitable[None]]
Suggest = Callable[[Argument, str, str], list[str]]

GROUP = "plugin"
# A group holds 25 commands at the most, so those that are seldom needed stand in a group within it.
MORE = "more"
_SELDOM = frozenset(
    {
        *(
            "accept",
            "add",
            "approve",
            "audit",
            "channel",
            "close",
            "decline",
            "deprecated",
            "digest",
            "edit",
            "extensions",
            "filing",
            "jobs",
            "link",
        ),
        *("remove", "role", "roles", "sites", "suspects", "upgrade", "workspaces"),
    }
)
# What is asked of one extension stands in a group of its own.
EXTENSION = "extension"
# How much shorter descriptions are made at a time, and no shorter than this.
_SHORTER, _SHORTEST_DESCRIBED = 5, 30


def command_group(dictionary: Dictionary, ask: Ask, suggest: Suggest) -> app_commands.Group:
    """The group. A command calls `ask` with what one would type; `suggest` completes an option.

    Descriptions are as long as there is room for all of them.
    """
    for longest in range(MAX_DESCRIBED, _SHORTEST_DESCRIBED, -_SHORTER):
        described = Descriptions(longest)
        group = _group(dictionary, ask, suggest, described)
        if _letters(group) + described.beyond <= MAX_OFFERED:
            return group
    return _group(dictionary, ask, suggest, Descriptions(_SHORTEST_DESCRIBED))


def _letters(within: app_commands.Group | app_commands.Command[Any, Any, Any]) -> int:
    """How much Discord counts of a command and all within it."""
    total = fitting.size(within.name) + fitting.size(within.description)
    if isinstance(within, app_commands.Group):
        return total + sum(map(_letters, within.commands))
    for option in within.parameters:
        total += fitting.size(option.display_name) + fitting.size(str(option.description))
        for choice in option.choices:
            total += fitting.size(choice.name) + fitting.size(str(choice.value))
    return total


def _group(
    dictionary: Dictionary, ask: Ask, suggest: Suggest, described: Descriptions
) -> app_commands.Group:
    group = app_commands.Group(
        name=GROUP,
        description=described(marked("How the plugins stand, and what to do about it")),
        allowed_contexts=app_commands.AppCommandContext(
            guild=True, dm_channel=True, private_channel=False
        ),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    )
    seldom = app_commands.Group(
        name=MORE,
        description=described(
            marked("What is seldom needed: people, channels, and how it all runs")
        ),
    )
    of_extensions = app_commands.Group(
        name=EXTENSION, description=described(marked("What to do with an extension"))
    )
    for action in dictionary:
        name = action.name.replace(" ", "-")
        place = seldom if (action.within or action.name) in _SELDOM else group
        if action.name.startswith(f"{EXTENSION} "):
            place, name = of_extensions, name.removeprefix(f"{EXTENSION}-")
        place.add_command(_command(dictionary, action, name, ask, suggest, described))
    of_extensions.add_command(_asking(dictionary, ask, described))
    for within in filter(lambda each: each.commands, (seldom, of_extensions)):
        group.add_command(within)
    return group


def _asking(
    dictionary: Dictionary, ask: Ask, described: Descriptions
) -> app_commands.Command[Any, Any, None]:
    """What extensions contribute comes and goes, while Discord learns commands slowly: it is typed."""

    @app_commands.describe(
        words=described(marked("The extension's handle, its question and what that takes"))
    )
    async def run(interaction: discord.Interaction[Any], words: str) -> None:
        await ask(interaction, dictionary.typed(words))

    description = described(marked("Ask an extension that is on"))
    return app_commands.Command(name="ask", description=description, callback=run)


def _command(
    dictionary: Dictionary,
    action: Action,
    name: str,
    ask: Ask,
    suggest: Suggest,
    described: Descriptions,
) -> app_commands.Command[Any, Any, None]:
    asked = options.options(action)

    async def run(interaction: discord.Interaction[Any], /, **chosen: Any) -> None:
        await ask(interaction, dictionary.given(action, options.given(action, chosen)))

    # The library reads a command's options from its function's signature.
    run.__signature__ = _signature(asked)  # type: ignore[attr-defined]  # functions take any attribute
    app_commands.rename(**{name: options.name(name, argument) for name, argument in asked.items()})(
        run
    )
    app_commands.describe(**{name: described(argument.about) for name, argument in asked.items()})(
        run
    )
    made: app_commands.Command[Any, Any, None] = app_commands.Command(
        name=name,
        description=described(action.summary, action.name),
        callback=run,
    )
    for option, argument in asked.items():
        if options.is_completed(argument):
            made.autocomplete(option)(_completer(argument, suggest))
    return made


def _completer(argument: Argument, suggest: Suggest) -> Any:
    async def complete(
        interaction: discord.Interaction[Any], begun: str
    ) -> list[app_commands.Choice[str]]:
        words = suggest(argument, begun, str(interaction.guild_id or ""))
        return [app_commands.Choice(name=word, value=word) for word in words]

    return complete


def _signature(asked: dict[str, Argument]) -> inspect.Signature:
    interaction = inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return inspect.Signature(
        [interaction, *(_parameter(name, argument) for name, argument in asked.items())]
    )


def _parameter(name: str, argument: Argument) -> inspect.Parameter:
    default = inspect.Parameter.empty if argument.required else None
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        annotation=options.annotation(argument),
        default=default,
    )
