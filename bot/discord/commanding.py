"""`/plugin` as a group of commands, one for each row of the house's table, with typed options."""

import inspect
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Literal

import discord
from discord import app_commands

from bot.discord import fitting
from bot.discord.options import Kind, Option, read_usage, typed
from bot.discord.render import MAX_DESCRIBED
from models.messages.help import CommandHelp

Ask = Callable[[discord.Interaction[Any], str], Awaitable[None]]
Suggest = Callable[[Option, str, str], list[str]]

GROUP = "plugin"
# A group holds 25 commands at the most, so those that are seldom needed stand in a group within it.
MORE = "more"
_SELDOM = frozenset({"audit", "channel", "digest", "filing", "jobs", "link", "role", "roles", "workspaces"})

# What the parameter is in the library's eyes; it makes Discord's option of it.
_TYPES: dict[Kind, Any] = {
    Kind.WORDS: str,
    Kind.FLAG: bool,
    Kind.PERSON: discord.Member | discord.Role,
}


def command_group(commands: Iterable[CommandHelp], ask: Ask, suggest: Suggest) -> app_commands.Group:
    """The group. A command calls `ask` with what one would type; `suggest` completes an option."""
    group = app_commands.Group(
        name=GROUP,
        description="How the plugins stand, and what to do about it",
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    )
    seldom = app_commands.Group(name=MORE, description="What is seldom needed: people, channels, and how it all runs")
    for command in commands:
        (seldom if command.name in _SELDOM else group).add_command(_command(command, ask, suggest))
    if seldom.commands:
        group.add_command(seldom)
    return group


def _command(command: CommandHelp, ask: Ask, suggest: Suggest) -> app_commands.Command[Any, Any, None]:
    pieces = read_usage(command)
    options = {_identifier(option): option for option in pieces if isinstance(option, Option)}

    async def run(interaction: discord.Interaction[Any], /, **given: Any) -> None:
        values = {options[name].name: _said(value) for name, value in given.items()}
        await ask(interaction, typed(command.name, pieces, values))

    # The library reads a command's options from its function's signature.
    run.__signature__ = _signature(options)  # type: ignore[attr-defined]  # functions take any attribute
    app_commands.rename(**{name: option.name for name, option in options.items()})(run)
    app_commands.describe(**{name: _described(option) for name, option in options.items()})(run)
    made: app_commands.Command[Any, Any, None] = app_commands.Command(
        name=command.name, description=fitting.ends(command.summary, MAX_DESCRIBED) or command.name, callback=run
    )
    for name, option in options.items():
        if option.kind is Kind.WORDS:
            made.autocomplete(name)(_completer(option, suggest))
    return made


def _completer(option: Option, suggest: Suggest) -> Any:
    async def complete(interaction: discord.Interaction[Any], begun: str) -> list[app_commands.Choice[str]]:
        words = suggest(option, begun, str(interaction.guild_id or ""))
        return [app_commands.Choice(name=word, value=word) for word in words]

    return complete


def _signature(options: dict[str, Option]) -> inspect.Signature:
    kind = inspect.Parameter.KEYWORD_ONLY
    interaction = inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return inspect.Signature(
        [
            interaction,
            *(
                inspect.Parameter(
                    name,
                    kind,
                    annotation=_annotation(option),
                    default=inspect.Parameter.empty if option.required else None,
                )
                for name, option in options.items()
            ),
        ]
    )


def _annotation(option: Option) -> Any:
    known = Literal[option.words] if option.kind is Kind.CHOICE else _TYPES[option.kind]
    return known if option.required else known | None


def _identifier(option: Option) -> str:
    return "option_" + option.name.replace("-", "_")


def _described(option: Option) -> str:
    match option.kind:
        case Kind.CHOICE:
            words = option.shown.replace("|", ", ")
        case Kind.FLAG:
            words = f"Whether to add “{option.shown}”"
        case _:
            words = _MEANINGS.get(option.shown, option.shown)
    return fitting.ends(words, MAX_DESCRIBED)


_MEANINGS = {
    "NAME": "A plugin's name, now or before",
    "on BRANCH": "A host branch: tests-passed, beta or stable",
    "NAME|NUMBER": "A plugin's name, or an incident's number",
    "because REASON": "Why, for those who read it later",
    "FILTER": "A part of a name, a tag, or a status",
    "SERVER": "A canary server's name",
    "COMMAND": "The command to explain",
    "@USER|group:ID": "A person or a role",
}


def _said(value: object) -> object:
    return value.mention if isinstance(value, discord.Member | discord.User | discord.Role) else value
