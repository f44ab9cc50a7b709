"""The button that shows an answer, which only its asker sees, to everyone in the channel."""

from typing import Any

import discord

from bot.discord.recall import Recall
from bot.discord.render import PRESS
from bot.discord.views import view_of

SHARE = ("Share", "pw-share")

_NOBODY = discord.AllowedMentions.none()


class Sharing:
    """Shows answers as they were seen, each once, with who showed it."""

    def __init__(self) -> None:
        self._shared: Recall[bool] = Recall()

    async def share(self, interaction: discord.Interaction[Any]) -> None:
        """Post the pressed button's message to the channel, and take the button away."""
        answer = interaction.message
        if answer is None or self._shared.get(str(answer.id)):
            await interaction.response.defer()  # a double click: the first one is on its way
            return
        self._shared.put(str(answer.id), value=True)
        buttons = _buttons(answer)
        await interaction.response.edit_message(view=view_of(buttons))
        await interaction.followup.send(
            f"{interaction.user.mention} shares:",
            embeds=answer.embeds,
            view=view_of(buttons),
            allowed_mentions=_NOBODY,
        )


def _buttons(message: discord.Message) -> list[tuple[str, str]]:
    rows = (row.children for row in message.components if isinstance(row, discord.ActionRow))
    buttons = (item for row in rows for item in row if isinstance(item, discord.Button))
    pairs = ((item.label or "…", item.custom_id or "") for item in buttons)
    return [(label, custom_id) for label, custom_id in pairs if custom_id.startswith(PRESS)]
