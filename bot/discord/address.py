"""Where Discord is: its own servers, or stand-ins for them."""

import discord
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL


def point_at(api_url: str, gateway_url: str) -> None:
    """Tell the library, for the whole process."""
    Route.BASE = api_url.rstrip("/")
    DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway_url)


def install_link(application_id: int) -> str:
    """The address under which somebody who manages a guild adds the bot to it, with what it needs there."""
    return discord.utils.oauth_url(
        application_id, permissions=PERMISSIONS, scopes=("bot", "applications.commands")
    )


PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    embed_links=True,
    read_message_history=True,  # to reply to a card and to start its thread
    create_public_threads=True,
    send_messages_in_threads=True,
)
