"""What a platform's servers may say: so much and no more, and never where else to take our token."""

import asyncio
from types import SimpleNamespace

import aiohttp
import structlog

from models.rules.json_values import count_values

_log = structlog.get_logger()

# A page of two hundred Slack messages with all that they can hold takes a few megabytes.
MOST_BYTES = 16 * 1024 * 1024
# Some hundred thousand. What is read of so many takes 50 MiB; of all that the bytes could hold, 400.
MOST_VALUES = 500_000
# To a WebSocket, whose frames are bounded where it is opened: Discord's in bot/discord/gateway.py,
# Slack's by aiohttp, to 4 MiB, and in bot/slack/modes.py.
_SWITCHING = 101
# Of this process. Each command and each button that comes is one or two, of 13 KiB, until it is answered.
MOST_TASKS = 2_000
_LOOK_SECONDS = 0.05


async def until_room(most: int = MOST_TASKS) -> None:
    """Wait where more tasks run than these, before more is read: it would wait here, in memory."""
    if len(asyncio.all_tasks()) <= most:
        return
    _log.warning("flooded", tasks=len(asyncio.all_tasks()))
    while len(asyncio.all_tasks()) > most // 2:  # noqa: ASYNC110 - tasks of libraries tell nobody of their end
        await asyncio.sleep(_LOOK_SECONDS)


def limits() -> aiohttp.TraceConfig:
    """For a session of aiohttp, ours or a library's.

    What is too long, or leads on, is an aiohttp.ClientError.
    """
    config = aiohttp.TraceConfig()
    config.on_request_redirect.append(_refuse)
    config.on_request_end.append(_read)
    return config


async def _refuse(
    _session: aiohttp.ClientSession,
    _context: SimpleNamespace,
    asked: aiohttp.TraceRequestRedirectParams,
) -> None:
    asked.response.close()
    raise aiohttp.ClientError(
        f"it leads on to {asked.response.headers.get('Location', 'nowhere')[:100]}"
    )


async def _read(
    _session: aiohttp.ClientSession, _context: SimpleNamespace, asked: aiohttp.TraceRequestEndParams
) -> None:
    """Read the whole answer here, where it can be counted; whoever asks for it later is given that."""
    answer = asked.response
    if answer.status == _SWITCHING:
        return
    parts: list[bytes] = []
    left = MOST_BYTES
    try:
        async for part in answer.content.iter_any():
            left -= len(part)
            if left < 0:
                raise aiohttp.ClientPayloadError("the answer is longer than it may be")
            parts.append(part)
        body = b"".join(parts)
        if count_values(body) > MOST_VALUES:
            raise aiohttp.ClientPayloadError("the answer has more values than it may have")
    except (aiohttp.ClientError, OSError, asyncio.CancelledError):
        answer.close()
        raise
    answer._body = body  # where the library itself keeps what was read
