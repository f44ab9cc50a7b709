"""The client that all of Slack's parts share: one connection pool, short waits, no hidden retries, quiet logs."""

import contextlib
import logging
import re
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.response_limits import limits
from models.settings import Settings

# Two calls must fit into the time that the announcer gives a message.
SECONDS_TO_ANSWER = 6.5

_SOCKET_ADDRESS = re.compile(r"wss?://[^\s'\")]+")


class _OneLine(logging.Filter):
    """Takes the one-time addresses of sockets out, and the traces that repeat with every lost connection."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _SOCKET_ADDRESS.sub("wss://…", record.getMessage())
        record.args = ()
        record.exc_info = None
        record.exc_text = None
        # The library finds SLACK_BOT_TOKEN in the environment by itself, and remarks that we gave
        # it the token too.
        return "`token` will be unused" not in record.msg


# Below this level the library logs each request with its body.
LOGGER = logging.getLogger("slack")
LOGGER.setLevel(logging.INFO)
LOGGER.addFilter(_OneLine())
logging.getLogger("slack_sdk").setLevel(logging.INFO)


class _CopyableClient(AsyncWebClient):
    """One that opens a pool for each request: without one the library opens its own, which reads answers without end
    and takes the token wherever they lead.
    """

    async def api_call(self, api_method: str, **how: Any) -> AsyncSlackResponse:
        async with _session(self.timeout) as session:
            once = AsyncWebClient(
                token=self.token,
                base_url=self.base_url,
                session=session,
                timeout=self.timeout,
                retry_handlers=[],
                logger=LOGGER,
            )
            return await once.api_call(api_method, **how)


def copyable_client(client: AsyncWebClient) -> AsyncWebClient:
    """A client for the library's own requests: it copies its client deeply, which nobody can do with a pool."""
    return _CopyableClient(
        token=client.token, base_url=client.base_url, timeout=client.timeout, logger=LOGGER
    )


def _session(seconds_to_answer: float) -> aiohttp.ClientSession:
    # No limit of connections: channels that hang must not keep others waiting for one.
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0),
        timeout=aiohttp.ClientTimeout(total=seconds_to_answer),
        trace_configs=[limits()],
    )


@contextlib.asynccontextmanager
async def opened_client(
    settings: Settings, seconds_to_answer: float = SECONDS_TO_ANSWER
) -> AsyncIterator[AsyncWebClient]:
    """A Web API client with the bot's token, which gives up an answer that takes longer.

    It never repeats a request by itself: after a dropped connection, that would post a message
    twice.
    """
    async with _session(seconds_to_answer) as session:
        yield AsyncWebClient(
            token=settings.slack_bot_token.get_secret_value(),
            base_url=settings.slack_api_url,
            session=session,
            timeout=int(seconds_to_answer),
            retry_handlers=[],
            logger=LOGGER,
        )
