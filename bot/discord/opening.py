"""Opens Discord: its listener and its sender, each with connections of its own."""

import contextlib
from collections.abc import AsyncIterator

from bot.discord.address import point_at
from bot.discord.checking import check
from bot.discord.listener import DiscordListener
from bot.discord.rest import Rest
from bot.discord.sender import DiscordSender
from bot.platform import House, Platform
from models.settings import Settings


def _is_on(settings: Settings) -> bool:
    return bool(settings.discord_token.get_secret_value())


@contextlib.asynccontextmanager
async def _opened(settings: Settings, house: House) -> AsyncIterator[DiscordSender]:
    """Neither listening nor sending waits for the other, nor for Discord."""
    point_at(settings.discord_api_url, settings.discord_gateway_url)
    token = settings.discord_token.get_secret_value()
    rest = Rest(token)
    listener = DiscordListener(house.dictionary, house.respond, house.names)
    listener.begin(token)
    try:
        yield DiscordSender(rest)
    finally:
        await listener.end()
        await rest.close()


PLATFORM = Platform("discord", "DISCORD_TOKEN", _is_on, _opened, check)
