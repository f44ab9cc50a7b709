"""What Discord's refusals mean for a message: give it up, park its destination, or try again. Pure."""

import asyncio

import aiohttp
import discord

from bot.discord.rest import TokenRefusedError
from models.outbox.sending import SendError

# https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
UNKNOWN_CHANNEL = 10003
UNKNOWN_MESSAGE = 10008
NOT_OURS = 50005  # to edit: the card was posted by another bot
THREAD_EXISTS = 160004

# Where a card can have no thread of its own: its kind of channel has none, we may not, or there are too many.
NO_THREADS = frozenset({50001, 50013, 50024, 50083, 160002, 160005, 160006})

# The destination takes nothing from us any more, until somebody there changes something.
_GONE = {
    10003: "the channel does not exist any more",
    10004: "the guild does not exist any more, or the bot was removed from it",
    10013: "there is no such person",
    40007: "the bot is banned from the guild",
    50001: "the bot may not see the channel: it needs the permission View Channel, and to be in the guild",
    50007: "the person takes no direct messages from the bot",
    50008: "messages cannot be sent to that kind of channel",
    50013: "the bot may not write there: it needs the permissions Send Messages, Embed Links, "
    "Send Messages in Threads and Read Message History",
    50033: "there is no such person",
    50083: "the thread is closed",
    50278: "the person shares no guild with the bot any more",
    160002: "the bot may not reply there: it needs the permission Read Message History",
    160005: "the thread is locked",
}
# This message is not wanted, whoever sends it and however often.
_PERMANENT = {
    10008: "the message that it belongs to was deleted",
    50006: "Discord takes it for empty; this is a mistake of Pluginwatch",
    50035: "Discord does not take its form; this is a mistake of Pluginwatch",
    200000: "the guild's AutoMod blocked it: exempt the bot's role there",
    200001: "the guild's AutoMod blocked it: exempt the bot's role there",
}
# A token can only be exchanged by an operator, and the process restarted; until then nothing is asked of Discord.
_TOKEN_SECONDS = 60.0
# A page instead of an error: the guards before Discord's servers have shut us out for a while.
_SHUT_OUT_SECONDS = 600.0


def send_error(error: Exception) -> SendError:
    """The error as the announcer understands it."""
    match error:
        case discord.RateLimited():
            wait = error.retry_after
            return SendError(f"Discord's rate limit, for {wait:.1f} seconds more", retry_after=wait)
        case TokenRefusedError():
            words = "Discord does not take DISCORD_TOKEN; make a new one, set it, and start the bot again"
            return SendError(words, retry_after=_TOKEN_SECONDS)
        case discord.HTTPException():
            return _refused(error)
        case asyncio.TimeoutError():
            return SendError("Discord did not answer in time")
        case aiohttp.ClientError() | OSError():
            return SendError(f"Discord could not be reached: {type(error).__name__}")
        case _:
            return SendError(f"Discord could not be asked: {type(error).__name__}")


def _refused(error: discord.HTTPException) -> SendError:
    told = f"Discord says {error.status}, code {error.code}"
    if error.code in _GONE:
        return SendError(f"{_GONE[error.code]} ({told})", gone=True)
    if error.code in _PERMANENT:
        return SendError(f"{_PERMANENT[error.code]} ({told}: {error.text})", permanent=True)
    if error.status >= 500 or error.status == 408:
        return SendError(told)
    if error.status == 403 and not error.code:
        return SendError(f"{told}: it has shut this address out", retry_after=_SHUT_OUT_SECONDS)
    return SendError(f"{told}: {error.text}", permanent=True)
