"""Who somebody is in the guild when they write to the bot directly: only Discord can tell, at that moment."""

import asyncio
from dataclasses import replace
from typing import Any

import aiohttp
import discord
import structlog

from models.actions.asking import Asker

# How long Discord may take. It accepts a deferred answer for 15 minutes, so this is for the person who waits.
_PATIENCE_SECONDS = 6.0

_log = structlog.get_logger()


async def as_member(client: discord.Client, who: Asker) -> Asker:
    """Who asks; directly, with the roles that they have in the guild now: elsewhere, the interaction has them.

    Whoever is no member, or is unknown because Discord does not answer, counts as somebody from no guild.
    """
    if not (who.is_direct and who.workspace):
        return who
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            member: Any = await client.http.get_member(int(who.workspace), int(who.user))
    except discord.NotFound:
        return replace(who, workspace="")
    except (discord.HTTPException, aiohttp.ClientError, TimeoutError, OSError) as error:
        _log.error(
            "discord_member_unknown",
            reason=type(error).__name__,
            hint="they cannot act directly meanwhile",
        )
        return replace(who, workspace="")
    return replace(who, groups=frozenset(map(str, member["roles"])))
