"""Who somebody is in the guild when they write to the bot directly: only Discord can tell, at that moment."""

import asyncio
from dataclasses import replace
from typing import Any

import aiohttp
import discord
import structlog

from models.actions.asking import Asker

# Of the 15 minutes in which an answer that was put off is taken.
_PATIENCE = 6.0

_log = structlog.get_logger()


async def as_member(client: discord.Client, who: Asker) -> Asker:
    """Who asks, with the roles that they have in the guild now. Who is not in it, or cannot be asked for, has none."""
    try:
        async with asyncio.timeout(_PATIENCE):
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
