"""A load generator: keeps a number of connections busy with prepared requests, and times every answer.

It shares two cores with the server that it measures, so it waits on the kernel directly: an event
loop in Python would take half as much of them as the server does.
"""

import select
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import httptools


@dataclass
class LoadResult:
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


class _LoadConnection:
    """One connection with at most one request under way."""

    def __init__(self, port: int, result: LoadResult) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._result = result
        self._parser = httptools.HttpResponseParser(self)

    def send(self, request: bytes) -> None:
        self.answered = False
        self._sent_at = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> None:
        """Read what has come.

        Raises:
            ConnectionError: the server hung up.
        """
        data = self.socket.recv(65_536)
        if not data:
            raise ConnectionError("the server closed a connection under load")
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        self._result.latencies.append(time.perf_counter() - self._sent_at)
        status = self._parser.get_status_code()
        self._result.statuses[status] = self._result.statuses.get(status, 0) + 1
        self.answered = True


def load(port: int, connections: int, seconds: float, request: Callable[[], bytes]) -> LoadResult:
    """Send what `request` returns over so many connections for so long."""
    result = LoadResult(seconds)
    waiting = select.epoll()
    made = {
        c.socket.fileno(): c for c in (_LoadConnection(port, result) for _ in range(connections))
    }
    for number, connection in made.items():
        waiting.register(number, select.EPOLLIN)
        connection.send(request())
    started = time.perf_counter()
    while (now := time.perf_counter()) < started + seconds:
        for number, _ in waiting.poll(1):
            connection = made[number]
            connection.receive()
            if connection.answered:
                connection.send(request())
    result.seconds = now - started
    for connection in made.values():
        connection.socket.close()
    return result


def post(path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """The bytes of a POST of JSON."""
    own = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{own}"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
