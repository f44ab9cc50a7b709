"""What `python -m bot check` says of Discord: whether the token works, and what to do where it does not."""

from collections.abc import Iterator
from typing import Any

import aiohttp
import discord
from discord.http import Route

from bot.admission import not_admitted
from bot.discord.address import install_link, point_at
from bot.discord.refusals import send_error
from bot.discord.rest import Rest, TokenRefusedError
from models.health.finding import Finding, Weight
from models.settings import Settings

_MOST_SHOWN = 10


async def check(settings: Settings) -> list[Finding]:
    """Ask Discord with the configured token; nothing is changed there."""
    token = settings.discord_token.get_secret_value()
    if not token:
        return [Finding(Weight.HINT, "Discord is off: set DISCORD_TOKEN to turn it on.")]
    point_at(settings.discord_api_url, settings.discord_gateway_url)
    rest = Rest(token)
    try:
        application = await rest.application_info()
        guilds = await rest.request(Route("GET", "/users/@me/guilds"))
    except (discord.DiscordException, TokenRefusedError, aiohttp.ClientError, OSError) as error:
        return [Finding(Weight.FIX, f"Discord: {send_error(error).reason}.")]
    finally:
        await rest.close()
    unnamed = [
        not_admitted(settings, "discord", str(guild["id"]), str(guild["name"])) for guild in guilds
    ]
    return [*_findings(application, guilds), *filter(None, unnamed)]


def _findings(application: Any, guilds: Any) -> Iterator[Finding]:
    link = install_link(int(application["id"]))
    yield Finding(
        Weight.FINE, f"Discord takes the token of the application {application['name']!r}."
    )
    if application.get("interactions_endpoint_url"):
        yield Finding(
            Weight.FIX,
            "Discord sends commands to an Interactions Endpoint URL, not to this bot: clear that field on the "
            "application's page.",
        )
    if not guilds:
        yield Finding(
            Weight.FIX, f"The Discord bot is in no guild. Whoever manages one opens: {link}"
        )
        return
    names = ", ".join(repr(guild["name"]) for guild in guilds[:_MOST_SHOWN])
    if len(guilds) > _MOST_SHOWN:
        names += f" and {len(guilds) - _MOST_SHOWN} more"
    yield Finding(Weight.FINE, f"The Discord bot is in {names}. For another guild: {link}")
