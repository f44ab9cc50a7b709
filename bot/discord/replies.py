"""How an answer is shown: to its asker alone, at once or once it is there."""

import asyncio
from dataclasses import replace

import discord
import structlog

from bot.answering import Answering
from bot.discord import forms
from bot.discord.reading import Interaction, asks_by_interaction
from bot.discord.render import Drawn, draw
from bot.discord.sharing import sharing
from bot.discord.views import view_of
from bot.languages import Languages
from models.actions.action import Typed
from models.actions.asking import Asker
from models.actions.dictionary import Dictionary
from models.messages.help import TROUBLE
from models.messages.message import Message
from models.rules.speaking import speaking

# Discord takes the first answer for 3 seconds and shows that it waits for one that was put off. What takes longer than
# this is put off.
PATIENCE = 1.0

Filled = tuple[tuple[str, str], ...]

_log = structlog.get_logger()


class Replies:
    """Answers what people type and press. What takes longer than `patience`, in seconds, is put off."""

    def __init__(
        self,
        dictionary: Dictionary,
        answering: Answering,
        languages: Languages,
        patience: float = PATIENCE,
    ) -> None:
        self._patience = patience
        self._dictionary = dictionary
        self._answering = answering
        self._languages = languages

    async def to_text(self, interaction: Interaction, text: str, filled: Filled = ()) -> None:
        """Answer a button or a form, of which only the text is known."""
        await self.privately(interaction, self._dictionary.typed(text), filled)

    async def privately(self, interaction: Interaction, typed: Typed, filled: Filled = ()) -> None:
        """Answer, so that only the asker sees it."""
        try:
            await self._reply(
                interaction, typed, replace(asks_by_interaction(interaction), filled=filled)
            )
        except discord.HTTPException as error:
            # The asker gave up, or Discord did not take it; either way they see Discord's own words.
            _log.warning(
                "discord_answer_not_taken", code=error.code, status=error.status, reason=error.text
            )

    async def _reply(self, interaction: Interaction, typed: Typed, who: Asker) -> None:
        working = asyncio.ensure_future(self._answering.answer(typed, who))
        await asyncio.wait({working}, timeout=self._patience)
        if working.done():
            message = working.result()
            if message.form and forms.can_open(message.form):
                await interaction.response.send_modal(forms.modal(message.form))
                return
            drawn = await self._drawn(message, typed, who)
            await interaction.response.send_message(
                embeds=drawn.embeds,
                view=view_of(drawn.buttons),
                ephemeral=True,
                allowed_mentions=_NOBODY,
            )
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        drawn = await self._drawn(await working, typed, who)
        await interaction.edit_original_response(
            embeds=drawn.embeds, view=view_of(drawn.buttons), allowed_mentions=_NOBODY
        )

    async def _drawn(self, message: Message, typed: Typed, who: Asker) -> Drawn:
        """The answer, in a channel with a button that shows it to all; not where something was done."""
        with speaking(await self._languages.of(who)):
            return _with_share(message, typed, who)


_NOBODY = discord.AllowedMentions.none()


def _with_share(message: Message, typed: Typed, who: Asker) -> Drawn:
    button = sharing(typed.text)
    if who.is_direct or message is TROUBLE or typed.acts or button is None:
        return draw(message)
    drawn = draw(message, spare=1)
    return Drawn(drawn.embeds, (*drawn.buttons, button))
