"""A server that does nothing. Strangers who attack it show how much of the Guards' waiting is the machine's."""

import asyncio
import time
from typing import Any

_END_OF_HEAD = b"\r\n\r\n"
_NOTHING = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


def answer_nothing(port: int, until: float) -> None:
    """Answer each request with 404 as soon as its head is here, until then by the monotonic clock."""
    asyncio.run(_answer_nothing(port, until))


async def _answer_nothing(port: int, until: float) -> None:
    loop = asyncio.get_running_loop()
    async with await loop.create_server(_Nothing, "127.0.0.1", port):
        await asyncio.sleep(until - time.monotonic())


class _Nothing(asyncio.Protocol):
    """A connection of which only the end of a head is looked for."""

    def connection_made(self, transport: Any) -> None:
        """Wait for a request."""
        self._transport = transport
        self._end = b""

    def data_received(self, data: bytes) -> None:
        """Answer if it is here."""
        seen = self._end + data
        self._end = seen[1 - len(_END_OF_HEAD) :]
        if _END_OF_HEAD in seen:
            self._transport.write(_NOTHING)
            self._transport.close()
