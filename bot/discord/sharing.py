"""The button that shows an answer, which only its asker sees, to everyone in the channel."""

from dataclasses import replace
from itertools import chain
from typing import Any

import discord

from bot.answering import Answering
from bot.discord import fitting
from bot.discord.reading import asks_by_interaction
from bot.discord.recall import Recall
from bot.discord.render import MAX_CUSTOM_ID, PRESS, draw
from bot.discord.views import view_of
from bot.languages import Languages
from models.actions.dictionary import Dictionary
from models.messages.sharing import ask_again
from models.rules.speaking import say, speaking

SHARE = "pw-share"

_NOBODY = discord.AllowedMentions.none()


def sharing(text: str) -> tuple[str, str] | None:
    """The button that shows the answer to this question; None for one that is too long for it."""
    custom_id = f"{SHARE}:{text}"
    if fitting.size(custom_id) > MAX_CUSTOM_ID:
        return None
    return say("Share"), custom_id


class Sharing:
    """Shows answers, each once, with who showed it: as everyone may read them, which may be less than its asker saw."""

    def __init__(
        self,
        dictionary: Dictionary,
        answering: Answering,
        languages: Languages,
    ) -> None:
        self._dictionary = dictionary
        self._answering = answering
        self._languages = languages
        self._shared: Recall[bool] = Recall()

    async def share(self, interaction: discord.Interaction[Any], text: str) -> None:
        """Post the answer to the channel, and take the button away."""
        answer = interaction.message
        if answer is None or self._shared.get(str(answer.id)):
            await interaction.response.defer()  # a double click: the first one is on its way
            return
        typed = self._dictionary.typed(text)
        asker = asks_by_interaction(interaction)
        if not text or typed.acts:
            with speaking(await self._languages.of(asker)):
                words = ask_again()
            await interaction.response.send_message(words, ephemeral=True)
            return
        self._shared.put(str(answer.id), value=True)
        await interaction.response.edit_message(view=view_of(_buttons(answer)))
        drawn = draw(await self._answering.answer(typed, replace(asker, for_all=True)))
        with speaking(await self._languages.of(asker)):
            by = say("{who} shares:", who=interaction.user.mention)
        await interaction.followup.send(
            by,
            embeds=drawn.embeds,
            view=view_of(drawn.buttons),
            allowed_mentions=_NOBODY,
        )


def _buttons(message: discord.Message) -> list[tuple[str, str]]:
    """The buttons of a message that stand for a command: the label and the custom id of each."""
    rows = [row.children for row in message.components if isinstance(row, discord.ActionRow)]
    buttons = [item for item in chain.from_iterable(rows) if isinstance(item, discord.Button)]
    pairs = [(button.label or "…", button.custom_id or "") for button in buttons]
    return [(label, custom_id) for label, custom_id in pairs if custom_id.startswith(PRESS)]
