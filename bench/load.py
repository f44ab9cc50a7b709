"""A load generator: keeps a number of connections busy with one prepared request each, and times every answer."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

import httptools


@dataclass
class Result:
    """What came back: answers by HTTP status, and every latency in seconds."""

    seconds: float
    statuses: dict[int, int] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """The latency in milliseconds that this share of answers stayed within."""
        ordered = sorted(self.latencies)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000


class _Connection(asyncio.Protocol):
    """One connection: sends the next request as soon as the last one is answered, until `until`."""

    def __init__(self, request: Callable[[], bytes], until: float, result: Result) -> None:
        self._request = request
        self._until = until
        self._result = result
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, _error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)

    def on_message_complete(self) -> None:
        now = time.perf_counter()
        status = self._parser.get_status_code()
        self._result.statuses[status] = self._result.statuses.get(status, 0) + 1
        self._result.latencies.append(now - self._sent_at)
        if now < self._until:
            self._send()
        else:
            self._transport.close()

    def _send(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._sent_at = time.perf_counter()
        self._transport.write(self._request())


async def load(port: int, connections: int, seconds: float, request: Callable[[], bytes]) -> Result:
    """Send what `request` returns over so many connections for so long."""
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    result = Result(seconds)
    made = [
        (await loop.create_connection(lambda: _Connection(request, started + seconds, result), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    await asyncio.wait([connection.done for connection in made], timeout=seconds + 30)
    result.seconds = time.perf_counter() - started
    return result


def post(path: str, key: str, body: bytes) -> bytes:
    """The bytes of a POST as a Plugin Guard sends it."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nApi-Key: {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
