"""What Discord sends, read: who asks where. Pure."""

from typing import Any

import discord

from bot.discord.channels import is_private
from models.actions.asking import Asker

Interaction = discord.Interaction[Any]


def asks_by_interaction(interaction: Interaction) -> Asker:
    """Who asks, as Discord vouches for it in the interaction itself."""
    user = interaction.user
    channel = _place(interaction)
    channel_id = channel.id if channel else interaction.channel_id
    return Asker(
        platform="discord",
        workspace=_workspace(interaction),
        user=str(user.id),
        name=user.display_name,
        channel=str(channel_id or ""),
        channel_name=str(getattr(channel, "name", "") or ""),
        groups=_roles(user),
        is_direct=interaction.guild_id is None,
        is_private=is_private(interaction, channel_id),
    )


def _roles(user: discord.User | discord.Member) -> frozenset[str]:
    """The ids of the roles that somebody has where they ask; in direct messages nobody has any."""
    if not isinstance(user, discord.Member):
        return frozenset()
    # Not `roles`, which leaves out those that the library does not know of yet.
    return frozenset(map(str, user._roles))


def _workspace(interaction: Interaction) -> str:
    """The guild; for direct messages, which have none, the bot's only guild, or none if it is in several."""
    if interaction.guild_id is not None:
        return str(interaction.guild_id)
    guilds = interaction.client.guilds
    return str(guilds[0].id) if len(guilds) == 1 else ""


def _place(interaction: Interaction) -> Any:
    """The channel. The thread of a card counts as the card's channel; a forum's post is a channel of its own."""
    channel = interaction.channel
    if isinstance(channel, discord.Thread) and isinstance(channel.parent, discord.TextChannel):
        return channel.parent
    return channel
