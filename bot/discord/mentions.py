"""Whom a message calls, as Discord writes and allows it: only the words beside embeds can notify anybody. Pure."""

import discord

from models.messages.message import Mention


def call(whom: Mention | None) -> tuple[str, discord.AllowedMentions]:
    """The words that call them, and that these may be notified; no words, and nobody, where the id is none of
    Discord's.
    """
    if whom is None or not whom.id.isdecimal():
        return "", discord.AllowedMentions.none()
    called = [discord.Object(int(whom.id))]
    if whom.is_group:
        allowed = discord.AllowedMentions(everyone=False, users=False, roles=called)
        return f"<@&{whom.id}>", allowed
    allowed = discord.AllowedMentions(everyone=False, users=called, roles=False)
    return f"<@{whom.id}>", allowed
