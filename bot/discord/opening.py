"""Opens Discord: its listener and its sender, each with connections of its own."""

import contextlib
from collections.abc import AsyncIterator, Callable

from bot.answers import Words
from bot.asker import Respond
from bot.discord.address import point_at
from bot.discord.listener import Listener
from bot.discord.rest import Rest
from bot.discord.sender import DiscordSender
from models.settings import Settings


@contextlib.asynccontextmanager
async def discord_room(
    settings: Settings, respond: Respond, words: Callable[[], Words]
) -> AsyncIterator[DiscordSender]:
    """Listen and be able to send until the end of the block. Neither waits for the other, nor for Discord."""
    point_at(settings.discord_api_url, settings.discord_gateway_url)
    token = settings.discord_token.get_secret_value()
    rest, listener = Rest(token), Listener(respond, words)
    listener.begin(token)
    try:
        yield DiscordSender(rest)
    finally:
        await listener.end()
        await rest.close()
