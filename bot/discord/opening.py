"""Opens Discord: its listener and its sender, each with connections of its own."""

import contextlib
from collections.abc import AsyncIterator, Callable

from bot.discord.address import point_at
from bot.discord.listener import Listener
from bot.discord.rest import Rest
from bot.discord.sender import DiscordSender
from models.actions.asking import Respond
from models.actions.completion import Names
from models.actions.dictionary import Dictionary
from models.settings import Settings


@contextlib.asynccontextmanager
async def discord_room(
    settings: Settings, dictionary: Dictionary, respond: Respond, names: Callable[[], Names]
) -> AsyncIterator[DiscordSender]:
    """Listen and be able to send until the end of the block. Neither waits for the other, nor for Discord."""
    point_at(settings.discord_api_url, settings.discord_gateway_url)
    token = settings.discord_token.get_secret_value()
    rest, listener = Rest(token), Listener(dictionary, respond, names)
    listener.begin(token)
    try:
        yield DiscordSender(rest)
    finally:
        await listener.end()
        await rest.close()
