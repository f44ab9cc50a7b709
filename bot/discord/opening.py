"""Opens Discord: its listener and its sender, each with connections of its own.

Its library costs a process half a second and some 20 MB, so that it is imported only where Discord is on.
"""

import contextlib
from collections.abc import AsyncIterator, Sequence

from bot.platform import House, Platform
from bot.sender import Sender
from models.health.finding import Finding
from models.settings import Settings


def _is_on(settings: Settings) -> bool:
    return bool(settings.discord_token.get_secret_value())


@contextlib.asynccontextmanager
async def _opened(settings: Settings, house: House) -> AsyncIterator[Sender]:
    """Neither listening nor sending waits for the other, nor for Discord."""
    from bot.discord.address import point_at  # noqa: PLC0415 - see above
    from bot.discord.listener import DiscordListener  # noqa: PLC0415 - see above
    from bot.discord.rest import Rest  # noqa: PLC0415 - see above
    from bot.discord.sender import DiscordSender  # noqa: PLC0415 - see above

    point_at(settings.discord_api_url, settings.discord_gateway_url)
    token = settings.discord_token.get_secret_value()
    rest = Rest(token)
    listener = DiscordListener(house.dictionary, house.respond, house.names, house.language)
    listener.begin(token)
    try:
        yield DiscordSender(rest)
    finally:
        await listener.end()
        await rest.close()


async def _check(settings: Settings) -> Sequence[Finding]:
    from bot.discord.checking import check  # noqa: PLC0415 - see above

    return await check(settings)


PLATFORM = Platform("discord", "DISCORD_TOKEN", _is_on, _opened, _check)
