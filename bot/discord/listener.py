"""Hears people on Discord: commands, their completion, and buttons, over the gateway."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import discord
import structlog
from discord import app_commands

from bot.answering import ANSWER_THREADS, Answering
from bot.discord.buttons import PressButton, ShareButton
from bot.discord.commanding import command_group
from bot.discord.completion import OptionCompletion
from bot.discord.forms import filled
from bot.discord.gateway import PAUSE, Gateway
from bot.discord.membership import as_member
from bot.discord.replies import PATIENCE, Replies
from bot.discord.sharing import Sharing
from bot.discord.synchronising import synchronise
from bot.languages import Languages
from bot.response_limits import limits
from models.actions.asking import LanguageOf, Respond
from models.actions.completion import Names
from models.actions.dictionary import Dictionary

_LONGEST_BACKOFF = 60.0
_BAD_TOKEN = 4004  # the gateway's code

_log = structlog.get_logger()

# The bot does not speak, so that nobody needs to know that it could not.
discord.VoiceClient.warn_nacl = False
discord.VoiceClient.warn_dave = False


class DiscordListener(discord.Client):
    """The bot on Discord's gateway. `respond` and `names` are called in threads, several at once.

    It asks for no more than the guilds' channels: interactions bring all else, and no message is read.
    """

    def __init__(
        self,
        dictionary: Dictionary,
        respond: Respond,
        names: Callable[[], Names],
        language: LanguageOf,
        *,
        guild_ready_timeout: float = 2.0,
        patience: float = PATIENCE,
        pause: float = PAUSE,
    ) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
            http_trace=limits(),
            guild_ready_timeout=guild_ready_timeout,
        )
        self._gateway = Gateway(pause)
        self._gateway.attach(self)
        self._threads = ThreadPoolExecutor(ANSWER_THREADS, thread_name_prefix="discord-answer")
        self._completion = OptionCompletion(names, self._threads)
        self._dictionary = dictionary
        answering = Answering(respond, self._threads, partial(as_member, self))
        languages = Languages(language, self._threads)
        self.replies = Replies(dictionary, answering, languages, patience)
        self.sharing = Sharing(dictionary, answering, languages)
        self._tasks: list[asyncio.Task[None]] = []

    def begin(self, token: str) -> None:
        """Connect, and stay connected until `end`, whatever happens to the network or to Discord."""
        self._tasks = [
            asyncio.create_task(self._stay(token), name="discord-gateway"),
            asyncio.create_task(self._completion.keep_fresh(), name="discord-completion"),
        ]

    async def end(self) -> None:
        """Hang up."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.close()
        await self._gateway.close()
        # The library's last events are tasks that have to begin to be able to end.
        await asyncio.sleep(0)
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def setup_hook(self) -> None:
        """Called by the library between logging in and connecting."""
        _spare(self._connection.parsers)
        self.add_dynamic_items(PressButton, ShareButton)
        tree = _Tree(self)
        tree.add_command(
            command_group(self._dictionary, self.replies.privately, self._completion.suggest)
        )
        await synchronise(self, tree)

    async def on_ready(self) -> None:
        """Called by the library at each new session."""
        _log.info("discord_connected", bot=str(self.user), guilds=len(self.guilds))

    async def on_interaction(self, interaction: discord.Interaction[Any], /) -> None:
        """Called by the library at each interaction. It sees to commands and buttons itself, and knows no old form."""
        if form := filled(interaction):
            await self.replies.to_text(interaction, *form)

    async def _stay(self, token: str) -> None:
        seconds = 1.0
        while True:
            try:
                await self.login(token)
                break
            except discord.LoginFailure:
                _log.error(
                    "discord_token_refused",
                    hint="make a new DISCORD_TOKEN, set it, and start the bot again",
                )
                return
            except Exception as error:  # noqa: BLE001 - the edge of a task: whatever it was, it may be over next time
                _log.warning("discord_out_of_reach", reason=type(error).__name__, again_in=seconds)
                await self.http.close()
                # Closed too; without one the library makes its own.
                self.http.connector = discord.utils.MISSING
                await asyncio.sleep(seconds)
                seconds = min(seconds * 2, _LONGEST_BACKOFF)
        await self._listen()

    async def _listen(self) -> None:
        """The library comes back by itself after all but a few troubles."""
        while not self.is_closed():
            try:
                await self.connect()
            except discord.ConnectionClosed as error:
                hint = (
                    "make a new DISCORD_TOKEN and set it"
                    if error.code == _BAD_TOKEN
                    else "run: python -m bot check"
                )
                _log.error(
                    "discord_hung_up_for_good",
                    code=error.code,
                    hint=f"{hint}, and start the bot again",
                )
                return
            except Exception:  # noqa: BLE001 - the edge of a task: a mistake in one event must not end all commands
                _log.exception("discord_gateway_failed", again_in=_LONGEST_BACKOFF)
                await asyncio.sleep(_LONGEST_BACKOFF)


def _spare(parsers: dict[str, Callable[[Any], Any]]) -> None:
    """Let an event that the library cannot read be lost alone: it would end the connection, and with it all others."""
    for name, parse in parsers.items():
        parsers[name] = _spared(name, parse)


def _spared(name: str, parse: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def parsed(data: Any) -> Any:
        try:
            if name == "INTERACTION_CREATE":
                _complete(data)
            return parse(data)
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            _log.error("discord_event_not_read", event_name=name, error=repr(error)[:200])

    return parsed


def _complete(interaction: dict[str, Any]) -> None:
    """Put in what the library insists on, and Discord's own examples leave out.

    Who asks in a guild and is shown as no member of it has no roles there.
    """
    interaction.setdefault("attachment_size_limit", 0)
    person = interaction.get("user")
    if person and interaction.get("guild_id"):
        interaction["member"] = {"user": person, "roles": [], **(interaction.get("member") or {})}
    if interaction.get("member"):
        interaction["member"].setdefault("flags", 0)


class _Tree(app_commands.CommandTree[Any]):
    async def on_error(
        self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /
    ) -> None:
        """What went wrong in the library itself; an answer's own troubles are told by `Replies`."""
        _log.error("discord_command_failed", error=type(error).__name__, exc_info=error)
        if not interaction.response.is_done():
            await self.client.replies.to_text(interaction, "help")
