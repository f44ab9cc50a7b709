"""Buttons that work after a restart, because all that they mean stands in their custom id."""

import re
from typing import Any

import discord

from bot.discord.render import PRESS
from bot.discord.sharing import SHARE

Interaction = discord.Interaction[Any]


_SHARED = re.compile(f"{SHARE}(?::(?P<text>.+))?", re.DOTALL)


class PressButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=re.compile(f"{PRESS}(?P<command>.+)", re.DOTALL),
):
    """Pressing it is typing its command."""

    def __init__(self, item: discord.ui.Button[Any], command: str) -> None:
        super().__init__(item)
        self.command = command

    @classmethod
    async def from_custom_id(
        cls, _interaction: Interaction, item: Any, match: re.Match[str], /
    ) -> "PressButton":
        """The button that was pressed."""
        return cls(item, match["command"])

    async def callback(self, interaction: Interaction) -> None:
        """Answer as if its command was typed."""
        await interaction.client.replies.to_text(interaction, self.command)


class ShareButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=_SHARED):
    """Pressing it shows the answer to all."""

    def __init__(self, item: discord.ui.Button[Any], text: str) -> None:
        super().__init__(item)
        self.text = text

    @classmethod
    async def from_custom_id(
        cls, _interaction: Interaction, item: Any, match: re.Match[str], /
    ) -> "ShareButton":
        """The button that was pressed."""
        return cls(item, match["text"] or "")

    async def callback(self, interaction: Interaction) -> None:
        """Share the answer that it stands below."""
        await interaction.client.sharing.share(interaction, self.text)
