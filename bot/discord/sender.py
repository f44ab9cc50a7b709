"""Sends to Discord's channels and people: cards, their edits, and replies in each card's thread."""

from hashlib import blake2s
from typing import Any, Final

import aiohttp
import discord
import structlog
from discord.http import MultipartParameters, handle_message_parameters

from bot.discord.channels import DiscordChannels
from bot.discord.mentions import call
from bot.discord.recall import Recall
from bot.discord.refusals import (
    NO_THREADS,
    NOT_OURS,
    THREAD_EXISTS,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    send_error,
)
from bot.discord.render import MAX_NONCE, draw, thread_name
from bot.discord.rest import Rest, TokenRefusedError
from bot.discord.views import view_of
from models.messages.message import Message, Text
from models.outbox.sending import Outgoing, SendError
from models.tables import Posting

_WEEK: Final = (
    10080  # minutes without a word after which Discord folds a thread away; a word opens it again
)

_log = structlog.get_logger()


class DiscordSender:
    """A `bot.sender.Sender` over Discord's HTTP API; it needs no gateway.

    A thread has the id of the card that it was started from, so that it is found again after a restart.
    """

    seconds_between = 0.0  # each channel is paced as Discord's answers say

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self._channels = DiscordChannels(rest)
        # A person's id to the direct messages with them.
        self._people: Recall[str] = Recall()
        # Cards without a thread yet, and what it is to be called.
        self._titles: Recall[str] = Recall()
        # Channels in which a card can have no thread.
        self._threadless: Recall[bool] = Recall()
        # Replies that stand, while the word of them in the channel does not.
        self._told: Recall[str] = Recall()

    async def send(self, outgoing: Outgoing) -> str:
        """Post, edit or reply; return the message's id. An edit of a card that was deleted posts it again.

        Raises:
            SendError: as `bot.discord.refusals` sorts Discord's.

        """
        if not outgoing.address.isdecimal():
            raise SendError(f"{outgoing.address!r} is no id of a channel or a person", gone=True)
        try:
            channel = await self._channel(outgoing)
            if (
                outgoing.private
                and not outgoing.is_person
                and not await self._channels.ask(channel)
            ):
                raise SendError("the channel is not private any more", opened=True)
            return await self._act(channel, outgoing)
        except (discord.DiscordException, TokenRefusedError, aiohttp.ClientError, OSError) as error:
            raise send_error(error) from error

    async def _channel(self, outgoing: Outgoing) -> str:
        if not outgoing.is_person:
            return outgoing.address
        channel = self._people.get(outgoing.address)
        if channel is None:
            channel = str((await self._rest.start_private_message(outgoing.address))["id"])
            self._people.put(outgoing.address, channel)
            self._threadless.put(channel, value=True)
        return channel

    async def _act(self, channel: str, outgoing: Outgoing) -> str:
        match outgoing.action:
            case Posting.POST:
                return await self._post(channel, outgoing)
            case Posting.EDIT:
                return await self._edit(channel, outgoing)
            case _:
                return await self._reply(channel, outgoing)

    async def _post(self, channel: str, outgoing: Outgoing) -> str:
        card = await self._message(channel, outgoing)
        self._titles.put(card, thread_name(outgoing.message.title))
        return card

    async def _edit(self, channel: str, outgoing: Outgoing) -> str:
        if outgoing.reference is None:
            return await self._post(channel, outgoing)
        try:
            await self._rest.edit_message(
                channel, outgoing.reference, params=_parameters(outgoing.message)
            )
        except discord.HTTPException as error:
            if error.code not in {UNKNOWN_MESSAGE, NOT_OURS}:
                raise
            return await self._post(channel, outgoing)
        return outgoing.reference

    async def _reply(self, channel: str, outgoing: Outgoing) -> str:
        card = outgoing.reference
        told = str(outgoing.outbox_id)
        if card is None or self._threadless.get(channel):
            return await self._message(channel, outgoing, replies_to=card)
        reply = self._told.get(told) or await self._in_thread(channel, card, outgoing)
        if reply is None:
            return await self._message(channel, outgoing, replies_to=card)
        if outgoing.broadcast:
            self._told.put(told, reply)
            await self._point(channel, card, outgoing)
            self._told.forget(told)
        return reply

    async def _in_thread(self, channel: str, card: str, outgoing: Outgoing) -> str | None:
        """The reply in the card's thread, which is opened for the first; None where it can have none."""
        title = self._titles.get(card)
        if title is None:
            try:
                return await self._message(card, outgoing)
            except discord.HTTPException as error:
                if error.code in NO_THREADS:
                    return None
                if error.code != UNKNOWN_CHANNEL:
                    raise
        if not await self._open_thread(channel, card, title or thread_name(outgoing.message.title)):
            return None
        self._titles.forget(card)
        return await self._message(card, outgoing)

    async def _open_thread(self, channel: str, card: str, name: str) -> bool:
        try:
            await self._rest.start_thread_with_message(
                channel, card, name=name, auto_archive_duration=_WEEK
            )
        except discord.HTTPException as error:
            if error.code in NO_THREADS:
                self._threadless.put(channel, value=True)
                _log.warning(
                    "discord_without_thread", channel=channel, code=error.code, reason=error.text
                )
            elif error.code not in {THREAD_EXISTS, UNKNOWN_MESSAGE}:
                raise
            return error.code == THREAD_EXISTS
        return True

    async def _message(
        self, channel: str, outgoing: Outgoing, replies_to: str | None = None
    ) -> str:
        """Post the message to a channel or a thread; return its id."""
        params = _parameters(
            outgoing.message, nonce=_nonce(outgoing, "message"), replies_to=replies_to
        )
        return str((await self._rest.send_message(channel, params=params))["id"])

    async def _point(self, channel: str, card: str, outgoing: Outgoing) -> None:
        """Say in the channel, below the card, what happened and where it is told."""
        said = outgoing.message
        first_words = tuple(block for block in said.blocks[:1] if isinstance(block, Text))
        short = Message(said.title, said.tone, first_words)
        params = _parameters(
            short, f"In <#{card}>", nonce=_nonce(outgoing, "pointer"), replies_to=card
        )
        await self._rest.send_message(channel, params=params)


def _parameters(
    message: Message,
    content: str | None = None,
    nonce: str | None = None,
    replies_to: str | None = None,
) -> MultipartParameters:
    """The body. No flag suppresses embeds, because the message is one; addresses in embeds show no preview."""
    drawn = draw(message)
    missing = discord.utils.MISSING
    words, pinged = call(message.calls)
    return handle_message_parameters(
        content=content or words or missing,
        embeds=drawn.embeds,
        view=view_of(drawn.buttons),
        allowed_mentions=pinged,
        nonce=nonce,
        message_reference=_reference(replies_to) if replies_to else missing,
    )


def _reference(card: str) -> Any:
    """A reply that stands alone when the card is deleted. The library's type is another than the one it sends."""
    return {"message_id": card, "fail_if_not_exists": False}


def _nonce(outgoing: Outgoing, kind: str) -> str:
    """The outbox id, and what is sent under it: another database may give the same id to something else."""
    digest = blake2s(f"{kind} {outgoing.message.to_json()}".encode()).hexdigest()
    return f"{outgoing.outbox_id}-{digest}"[:MAX_NONCE]
