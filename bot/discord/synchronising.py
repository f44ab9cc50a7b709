"""Tells Discord of the commands when they are not what it knows: it counts how often a bot does."""

from typing import Any

import discord
import structlog
from discord import app_commands

from bot.discord.describing import Words

# Discord's own, in what it sends back, and what of it is sent again with its own command.
_HANDLER = "handler"
_THEIRS = frozenset({"id", "application_id", "version", "guild_id", _HANDLER, "dm_permission"})
# How an application's Activity is launched. Discord makes this command, and refuses a list that lacks it:
# https://docs.discord.com/developers/interactions/application-commands#entry-point-commands
_ENTRY_POINT = 4

_log = structlog.get_logger()


async def synchronise(client: discord.Client, tree: app_commands.CommandTree[Any]) -> None:
    """Compare, and send all of them if one differs. Without it the old ones still work, so trouble is only logged."""
    translator = Words()
    await tree.set_translator(translator)
    ours = [
        await command.get_translated_payload(tree, translator) for command in tree.get_commands()
    ]
    try:
        known = await _known(client)
        if same(ours, [each for each in known if each["type"] != _ENTRY_POINT]):
            return
        entry_points = [each for each in known if each["type"] == _ENTRY_POINT]
        await client.http.bulk_upsert_global_commands(
            client.application_id or 0, [*ours, *map(_as_sent, entry_points)]
        )
    except discord.HTTPException as error:
        _log.error("discord_commands_not_told", reason=str(error))
    else:
        _log.info(
            "discord_commands_told", commands=sum(map(_number_of_commands, tree.get_commands()))
        )


async def _known(client: discord.Client) -> Any:
    """The commands as Discord has them, in all languages, which the library's own question leaves out."""
    path = "/applications/{application_id}/commands"
    route = discord.http.Route("GET", path, application_id=client.application_id or 0)
    return await client.http.request(route, params={"with_localizations": "true"})


def _as_sent(entry_point: dict[str, Any]) -> dict[str, Any]:
    """Discord's own command as it is sent back: with its handler, and without the numbers that it was given."""
    return {
        name: value
        for name, value in entry_point.items()
        if name == _HANDLER or name not in _THEIRS
    }


def _number_of_commands(top: Any) -> int:
    """How many commands people can type: a group is none itself."""
    if not isinstance(top, app_commands.Group):
        return 1
    return sum(isinstance(each, app_commands.Command) for each in top.walk_commands())


def same(ours: Any, theirs: Any) -> bool:
    """Whether these are the same commands. Discord leaves out what is empty, and adds what is its own."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        names = filter(_is_ours, ours.keys() | theirs.keys())
        return all(same(ours.get(name), theirs.get(name)) for name in names)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    return ours == theirs or (not ours and not theirs)


def _is_ours(name: str) -> bool:
    """Whether we say what stands under this name of a command."""
    return name not in _THEIRS
