"""Whether channels are private: whether everyone in the guild may see them, by Discord's own permissions."""

import time
from collections.abc import Callable
from typing import Any

import discord

from bot.discord.rest import Rest

# How long what Discord said is believed by who sends.
SECONDS_FRESH = 20.0
_MOST = 1_000


def is_private(interaction: discord.Interaction[Any], channel_id: int | None) -> bool | None:
    """Whether not everyone may see the channel, as the gateway tells; None where it does not tell."""
    guild = interaction.guild
    if guild is None or channel_id is None or guild.default_role is None:
        return None
    channel = guild.get_channel(channel_id)
    if channel is None:
        return None
    return not channel.permissions_for(guild.default_role).view_channel


class DiscordChannels:
    """Asks Discord's API for each channel at most once in a while, for who sends without a gateway."""

    def __init__(self, rest: Rest, clock: Callable[[], float] = time.monotonic) -> None:
        self._rest = rest
        self._clock = clock
        self._said: dict[str, tuple[float, bool]] = {}

    async def ask(self, channel: str) -> bool:
        """Whether not everyone in its guild may see the channel. Raises what a request raises."""
        until, private = self._said.get(channel, (0.0, False))
        if self._clock() < until:
            return private
        info: Any = await self._rest.get_channel(int(channel))
        if info.get("type") in _THREADS and info.get("parent_id"):
            info = await self._rest.get_channel(int(info["parent_id"]))
        private = bool(info.get("guild_id")) and not await self._seen_by_all(info)
        if len(self._said) >= _MOST:
            self._said.clear()
        self._said[channel] = self._clock() + SECONDS_FRESH, private
        return private

    async def _seen_by_all(self, info: Any) -> bool:
        guild = str(info["guild_id"])
        roles: Any = await self._rest.get_roles(int(guild))
        # The role of everyone has the guild's own id. https://discord.com/developers/docs/topics/permissions
        base = next((int(role["permissions"]) for role in roles if str(role["id"]) == guild), 0)
        if discord.Permissions(base).administrator:
            return True
        for overwrite in info.get("permission_overwrites") or ():
            if str(overwrite["id"]) == guild:
                base = (base & ~int(overwrite["deny"])) | int(overwrite["allow"])
        return discord.Permissions(base).view_channel


_THREADS = frozenset(
    kind.value
    for kind in (
        discord.ChannelType.news_thread,
        discord.ChannelType.public_thread,
        discord.ChannelType.private_thread,
    )
)
