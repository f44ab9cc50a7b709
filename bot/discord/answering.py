"""A question's way: who asks, the answer from a thread, and how it is shown to the asker alone."""

import asyncio
from concurrent.futures import Executor
from dataclasses import replace
from typing import Any

import discord
import structlog

from bot.discord import forms
from bot.discord.channels import is_private
from bot.discord.membership import as_member
from bot.discord.render import Drawn, draw
from bot.discord.sharing import sharing
from bot.discord.views import view_of
from bot.languages import language_for
from models.actions.action import Typed
from models.actions.asking import Asker, LanguageOf, Respond
from models.actions.dictionary import Dictionary
from models.messages.help import TROUBLE
from models.messages.message import Message
from models.rules.speaking import speaking

# Discord takes the first answer for 3 seconds and shows that it waits for one that was put off. What takes longer than
# this is put off.
PATIENCE = 1.0

Interaction = discord.Interaction[Any]
Filled = tuple[tuple[str, str], ...]

_log = structlog.get_logger()


class Answering:
    """Answers what people type and press, in threads. What takes longer than `patience`, in seconds, is put off."""

    def __init__(
        self,
        dictionary: Dictionary,
        respond: Respond,
        language: LanguageOf,
        threads: Executor,
        patience: float = PATIENCE,
    ) -> None:
        self._patience = patience
        self._dictionary = dictionary
        self._respond = respond
        self._language = language
        self._threads = threads

    async def answer_text(self, interaction: Interaction, text: str, filled: Filled = ()) -> None:
        """Answer a button or a form, of which only the text is known."""
        await self.answer(interaction, self._dictionary.typed(text), filled)

    async def answer(self, interaction: Interaction, typed: Typed, filled: Filled = ()) -> None:
        """Answer, so that only the asker sees it."""
        try:
            await self._answer(interaction, typed, replace(asker(interaction), filled=filled))
        except discord.HTTPException as error:
            # The asker gave up, or Discord did not take it; either way they see Discord's own words.
            _log.warning(
                "discord_answer_not_taken", code=error.code, status=error.status, reason=error.text
            )

    async def _answer(self, interaction: Interaction, typed: Typed, who: Asker) -> None:
        working = asyncio.ensure_future(self._work(interaction.client, typed, who))
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
        with speaking(await language_for(who, self._language, self._threads)):
            return _with_share(message, typed, who)

    async def aloud(self, interaction: Interaction, typed: Typed) -> Drawn:
        """The answer as everyone in the channel may read it."""
        who = replace(asker(interaction), for_all=True)
        return draw(await self._work(interaction.client, typed, who))

    async def language(self, interaction: Interaction) -> str:
        """In which language our own words are where somebody asks; English while that cannot be had."""
        return await language_for(asker(interaction), self._language, self._threads)

    async def _work(self, client: discord.Client, typed: Typed, who: Asker) -> Message:
        if who.is_direct and who.workspace and typed.is_personal:
            who = await as_member(client, who)
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, self._said, typed, who
        )

    def _said(self, typed: Typed, who: Asker) -> Message:
        try:
            return self._respond(typed, who)
        except Exception:  # noqa: BLE001 - the platform's edge: people never see exception text
            _log.exception("question_not_answered", question=typed.text)
            return TROUBLE


_NOBODY = discord.AllowedMentions.none()


def _with_share(message: Message, typed: Typed, who: Asker) -> Drawn:
    button = sharing(typed.text)
    if who.is_direct or message is TROUBLE or typed.acts or button is None:
        return draw(message)
    drawn = draw(message, spare=1)
    return Drawn(drawn.embeds, (*drawn.buttons, button))


def asker(interaction: Interaction) -> Asker:
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
