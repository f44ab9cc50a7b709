"""Discord's gateway, read with bounds: the library reads frames of any length, and unpacks them to any length."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, cast

import aiohttp
import discord
import structlog
from discord.gateway import DiscordClientWebSocketResponse
from yarl import URL

from bot.discord.long_frames import skipping_connector
from bot.response_limits import limits, until_room
from models.rules.json_values import count_values

# Bytes of a frame, which the library takes whole. The longest is a guild's GUILD_CREATE: 500 channels
# with topics of 1,024 letters and permissions for 50 roles each, 1,000 threads, 250 roles and 500
# emojis take some 4 MB; members and presences are not asked for.
# https://discord.com/developers/docs/events/gateway-events#guild-create
MOST_BYTES = 8 * 1024 * 1024
# That guild's has some 280,000.
MOST_VALUES = 500_000
# What is longer, or has more values, is left out; what is longer than this is refused.
_ENDLESS = 8 * MOST_BYTES
# One that was refused comes again as soon as the session is resumed.
PAUSE = 30.0
_SECONDS_TO_CLOSE = 2.0
_TOO_BIG = aiohttp.WSCloseCode.MESSAGE_TOO_BIG

_log = structlog.get_logger()


class Gateway:
    """Opens the gateway's sockets. After a frame that was refused the next opens `pause` seconds later."""

    def __init__(self, pause: float = PAUSE) -> None:
        self._pause = pause
        self._session: aiohttp.ClientSession | None = None
        self._last: _BoundedSocket | None = None
        self._told: set[str] = set()

    def attach(self, client: discord.Client) -> None:
        """Have the client open its sockets here. The library itself bounds none of them."""
        self._user_agent = client.http.user_agent
        client.http.ws_connect = self.connect  # type: ignore[method-assign]  # there is no other place

    async def connect(self, url: str, *, compress: int = 0) -> aiohttp.ClientWebSocketResponse:
        """A socket to the gateway. Its frames come unpacked, so that one is as long as what it says."""
        if self._last is not None and self._last.has_refused:
            await asyncio.sleep(self._pause)
        if self._session is None:
            too_long = partial(self._skipped, f"MOST_BYTES: {MOST_BYTES:,} bytes")
            self._session = aiohttp.ClientSession(
                connector=skipping_connector(MOST_BYTES, _ENDLESS, too_long),
                ws_response_class=_BoundedSocket,
                trace_configs=[limits()],
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        socket = await self._session.ws_connect(
            URL(url).without_query_params("compress"),
            max_msg_size=MOST_BYTES,
            timeout=aiohttp.ClientWSTimeout(ws_close=_SECONDS_TO_CLOSE),
            autoclose=False,
            headers={"User-Agent": self._user_agent},
            compress=compress,
        )
        self._last = cast("_BoundedSocket", socket)
        self._last.skipped = self._skipped
        return socket

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()

    def _skipped(self, limit: str) -> None:
        """Say it once: Discord tells the same of a guild each time that the bot comes back."""
        if limit not in self._told:
            self._told.add(limit)
            _log.error(
                "discord_guild_is_too_large", limit=limit, then="it is served as far as it can be"
            )


class _BoundedSocket(DiscordClientWebSocketResponse):
    """A socket that ends at the first frame that may not be read. The library then opens another one."""

    has_refused = False
    skipped: Callable[[str], None]

    async def receive(self, timeout: float | None = None) -> Any:  # noqa: ASYNC109 - as the library has it
        await until_room()
        while _is_dense(frame := await super().receive(timeout)):
            self.skipped(f"MOST_VALUES: {MOST_VALUES:,} values")
        reason = _fault(frame)
        if reason is None:
            return frame
        self.has_refused = True
        _log.error("discord_frame_refused", reason=reason)
        await self.close(code=_TOO_BIG)
        return aiohttp.WSMessage(aiohttp.WSMsgType.ERROR, None, None)

    async def close(self, *, code: int = 4000, message: bytes = b"") -> bool:
        """Say goodbye. The library waits for an answer to it, for ever if other things are said."""
        try:
            async with asyncio.timeout(_SECONDS_TO_CLOSE):
                return await super().close(code=code, message=message)
        except TimeoutError:
            return True


def _fault(frame: aiohttp.WSMessage) -> str | None:
    if frame.type is aiohttp.WSMsgType.ERROR:
        return str(frame.data)[:200]
    if frame.type is aiohttp.WSMsgType.BINARY:
        return "it is packed, which nobody asked for"
    return None


def _is_dense(frame: aiohttp.WSMessage) -> bool:
    return frame.type is aiohttp.WSMsgType.TEXT and count_values(frame.data) > MOST_VALUES
