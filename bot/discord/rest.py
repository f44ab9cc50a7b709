"""Requests to Discord's API, one attempt each. Trying again is the announcer's business, who knows of every message.

discord.py's own client would wait out a rate limit or a server's trouble inside the request, for longer than the
announcer's lease lasts, and forget the limit when it is interrupted. Routes, bodies and errors are the library's.
"""

import asyncio
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import aiohttp
import discord
from discord.http import HTTPClient, Route, json_or_text

from bot.response_limits import limits
from models.rules.retry import seconds_to_wait

# Longer than Discord takes, and well within the announcer's lease.
SECONDS_TO_ANSWER = 6.0
# A request waits so long for its turn on its channel; then the announcer is told when to come back.
PATIENCE = 4.0
# Discord bans an address for 10,000 answers of 401, 403 or 429 in 10 minutes.
# https://discord.com/developers/docs/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans
_INVALID = frozenset({401, 403, 429})
MOST_INVALID = 1_000
_INVALID_SECONDS = 600.0
# For a 429 that does not say how long, as the guards before Discord's servers send it.
_UNKNOWN_LIMIT = 60.0
_MOST_CHANNELS = 1_000

_GLOBAL = "every channel"


class TokenRefusedError(Exception):
    """Discord does not take the token, and is not asked again with it."""


class Rest(HTTPClient):
    """Discord's API, each channel paced by itself. `clock` counts seconds, and `patience` is in seconds too.

    A request raises discord.RateLimited when its turn is too far off, discord.HTTPException for a refusal,
    TokenRefusedError, TimeoutError, or aiohttp.ClientError.
    """

    def __init__(
        self,
        token: str,
        clock: Callable[[], float] = time.monotonic,
        *,
        seconds_to_answer: float = SECONDS_TO_ANSWER,
        patience: float = PATIENCE,
        most_invalid: int = MOST_INVALID,
    ) -> None:
        super().__init__(asyncio.get_running_loop())
        self.token = token
        self._clock = clock
        self._seconds_to_answer = seconds_to_answer
        self._patience = patience
        self._most_invalid = most_invalid
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            cookie_jar=aiohttp.DummyCookieJar(),
            trace_configs=[limits()],
        )
        self._free_at: dict[str, float] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._waiting: Counter[str] = Counter()
        self._invalid: deque[float] = deque()
        self._refused = False

    async def close(self) -> None:
        """Let go of the connections."""
        await self._session.close()

    async def request(self, route: Route, **given: Any) -> Any:
        """The answer's JSON. Requests of one kind to one channel go one after the other."""
        channel = f"{route.key} {route.major_parameters}"
        self._waiting[channel] += 1
        try:
            await self._take_turn(channel)
            try:
                await self._wait_until_free(channel)
                return await self._ask(route, channel, given.get("json"))
            finally:
                self._turns[channel].release()
        finally:
            self._waiting[channel] -= 1
            self._forget(channel)

    async def _take_turn(self, channel: str) -> None:
        try:
            async with asyncio.timeout(self._patience):
                await self._turns[channel].acquire()
        except TimeoutError:
            raise discord.RateLimited(max(self._seconds(channel), 1.0)) from None

    async def _wait_until_free(self, channel: str) -> None:
        if self._refused:
            raise TokenRefusedError
        while len(self._invalid) >= self._most_invalid:
            left = self._invalid[0] + _INVALID_SECONDS - self._clock()
            if left > 0:
                raise discord.RateLimited(left)
            self._invalid.popleft()
        seconds = self._seconds(channel)
        if seconds > self._patience:
            raise discord.RateLimited(seconds)
        await asyncio.sleep(seconds)

    async def _ask(self, route: Route, channel: str, body: Any) -> Any:
        headers = {"Authorization": f"Bot {self.token}", "User-Agent": self.user_agent}
        async with (
            asyncio.timeout(self._seconds_to_answer),
            self._session.request(route.method, route.url, json=body, headers=headers) as response,
        ):
            answer = await json_or_text(response)
        if response.status in _INVALID and response.headers.get("X-RateLimit-Scope") != "shared":
            self._invalid.append(self._clock())
        if response.status < 300:
            if response.headers.get("X-RateLimit-Remaining") == "0":
                self._keep_away(
                    channel, _number(response.headers.get("X-RateLimit-Reset-After"), 0.0)
                )
            return answer
        raise self._refusal(response, answer, channel)

    def _refusal(
        self, response: aiohttp.ClientResponse, answer: dict[str, Any] | str, channel: str
    ) -> discord.DiscordException | TokenRefusedError:
        said = answer if isinstance(answer, dict) else {}
        match response.status:
            case 401:
                self._refused = True
                return TokenRefusedError()
            case 429:
                wait = _pause(said.get("retry_after", response.headers.get("Retry-After")))
                # What says nothing comes from the guards before Discord's servers, who mean every channel.
                is_global = not said or said.get("global")
                self._keep_away(_GLOBAL if is_global else channel, wait)
                return discord.RateLimited(wait)
            case 403:
                return discord.Forbidden(response, answer)
            case 404:
                return discord.NotFound(response, answer)
            case _:
                return discord.HTTPException(response, answer)

    def _seconds(self, channel: str) -> float:
        """How long until the channel may be written to."""
        free_at = max(self._free_at.get(channel, 0.0), self._free_at.get(_GLOBAL, 0.0))
        return max(free_at - self._clock(), 0.0)

    def _keep_away(self, channel: str, seconds: float) -> None:
        self._free_at[channel] = max(self._free_at.get(channel, 0.0), self._clock() + seconds)

    def _forget(self, channel: str) -> None:
        """Keep no more of a channel than is still of use."""
        if not self._waiting[channel]:
            del self._waiting[channel]
            self._turns.pop(channel, None)
        if len(self._free_at) > _MOST_CHANNELS:
            now = self._clock()
            self._free_at = {name: at for name, at in self._free_at.items() if at > now}


def _pause(said: Any) -> float:
    seconds = seconds_to_wait(None if said is None else str(said), datetime.now(UTC))
    return _UNKNOWN_LIMIT if seconds is None else seconds


def _number(said: Any, otherwise: float) -> float:
    try:
        return max(float(said), 0.0)
    except (TypeError, ValueError):
        return otherwise
