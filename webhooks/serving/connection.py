"""One connection to the web process: uvicorn's own, within bounds that uvicorn does not know."""

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from webhooks.operating import metrics
from webhooks.serving.connections import LARGE_HEAD, Connections
from webhooks.serving.draining import Drain

# All that a request may have beside its body: address and headers. Nginx takes 32 KiB, Node 16.
MAX_HEAD = 64 * 1024
# Apache's own number (LimitRequestFields).
MOST_LINES = 100
# What is held for each header line beside its bytes: a pair and its two texts.
_OF_LINE = 160
# What a chunk of a body may be wrapped in, for each of its bytes: the shortest one is sent as "1\r\nx\r\n".
_WRAPPING = 9
# A colon, a blank, and the end of the line.
_AROUND_HEADER = 4
# Of a body that was refused so much is thrown away, for its sender to hear why: more than any endpoint
# takes. Then the connection ends.
_THROWN_AWAY = 72 * 1024 * 1024
_MOST_PIPELINED = 16
# Above this what was not read is counted as unsent.
_UNSENT = 16 * 1024

_REASONS = {
    408: b"Request Timeout",
    429: b"Too Many Requests",
    431: b"Request Header Fields Too Large",
    503: b"Service Unavailable",
}


def _nobody_is_told() -> None:
    pass


class Tolerant:
    """A transport of which it does not matter whether it was closed meanwhile; uvloop's own raises then."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport

    def __getattr__(self, name: str) -> Any:
        """All else is the transport's own."""
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send, if anybody is there."""
        if not self._transport.is_closing():
            self._transport.write(data)

    def pause_reading(self) -> None:
        """Read nothing for now."""
        if not self._transport.is_closing():
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Read on."""
        if not self._transport.is_closing():
            self._transport.resume_reading()


class Connection(HttpToolsProtocol):
    """Counts what comes in beside bodies, and tells its all_connections for what it waits."""

    # With these in its dictionary, that would be too large to share its keys with those of all other connections.
    __slots__ = ("beside", "is_awaited", "is_head_held", "thrown_away")
    all_connections: Connections
    drain: Drain

    def connection_made(self, transport: Any) -> None:
        """Come in, if there is room."""
        tolerant: Any = Tolerant(transport)
        super().connection_made(tolerant)
        self.beside = 0
        self.thrown_away = 0
        self.is_awaited = True
        self.is_head_held = False
        transport.set_write_buffer_limits(high=_UNSENT)
        self.all_connections.came(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Be gone."""
        self.all_connections.left(self)
        super().connection_lost(exc)
        # Those that are not begun would hold this connection, which holds them, until a look for garbage.
        for cycle, _ in self.pipeline:
            cycle.on_response = _nobody_is_told

    def data_received(self, data: bytes) -> None:
        """Take what came, cut into pieces: none is larger than all that a request may have beside its body."""
        if len(data) <= MAX_HEAD:
            self._take(data)
            return
        view = memoryview(data)
        for start in range(0, len(data), MAX_HEAD):
            if self.transport.is_closing():
                return
            self._take(view[start : start + MAX_HEAD])

    def _take(self, piece: Any) -> None:
        self.beside += len(piece)
        super().data_received(piece)
        if self.transport.is_closing():
            return  # what was wrong with it is being told
        lines = len(self.headers) if self.headers else 0
        if self.beside > MAX_HEAD or lines > MOST_LINES or self.thrown_away > _THROWN_AWAY:
            self.refuse(431 if self.is_awaited else 0)
            return
        held = self.beside + _OF_LINE * lines if self.is_head_held else self.beside
        if held > LARGE_HEAD:
            self.all_connections.holds_head(self, held)

    def on_message_begin(self) -> None:
        """The first bytes of a request."""
        super().on_message_begin()
        self.is_head_held = True

    def on_headers_complete(self) -> None:
        """A request begins. An error here is answered with 400."""
        if len(self.pipeline) >= _MOST_PIPELINED:
            raise ValueError("too many requests are sent before their answers are read")
        if len(self.headers) > MOST_LINES:
            raise ValueError("there are too many header lines")
        self.thrown_away = 0
        super().on_headers_complete()

    def _begin_body(self) -> None:
        """Count the head no more: what is held of the request now is its body."""
        self.is_head_held = False
        self.all_connections.has_head(self)
        # What came with a large head, if it is no body, is the beginning of a trailer or of the next request.
        self.beside = max(0, self.beside - self._head_size()) if self.beside > LARGE_HEAD else 0

    def _head_size(self) -> int:
        """How many bytes the head took that has just ended, but for the words around its method."""
        return len(self.url) + sum(
            len(name) + len(value) + _AROUND_HEADER for name, value in self.headers
        )

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        if self.is_head_held:
            self._begin_body()
        self.is_awaited = self.cycle.response_complete
        self.beside = max(0, self.beside - _WRAPPING * len(body))
        if self.cycle.response_complete:
            self.thrown_away += len(body)
            self.drain.throw_away(self, len(body))
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is here as a whole."""
        if self.is_head_held:
            self._begin_body()
        self.all_connections.has_head(self)
        super().on_message_complete()
        if self.cycle.response_complete:
            self.all_connections.waits(self)
            return
        self.is_awaited = False
        self.all_connections.is_complete(self)

    def on_response_complete(self) -> None:
        """The request is answered, perhaps before it was here as a whole; another one may come."""
        super().on_response_complete()
        if self.cycle.response_complete:
            self.is_awaited = True
            self.all_connections.waits(self)

    def pause(self) -> None:
        """Read no more of a body that was refused, for now."""
        self.flow.pause_reading()

    def go_on(self) -> None:
        """Read on; the time that it was kept waiting is not its own."""
        if not self.transport.is_closing():
            self.all_connections.waits(self)
            self.flow.resume_reading()

    def pause_writing(self) -> None:
        """The other side does not read."""
        super().pause_writing()
        self.all_connections.stalls(self)

    def resume_writing(self) -> None:
        """It reads again."""
        super().resume_writing()
        self.all_connections.flows(self)

    def refuse(self, status: int) -> None:
        """End the connection; with an answer, unless another one has begun or the status is 0."""
        if self.transport.is_closing():
            self.transport.abort()
            return
        has_begun = (
            self.cycle is not None
            and self.cycle.response_started
            and not self.cycle.response_complete
        )
        if not status or has_begun or self.pipeline:
            self.transport.abort()
            return
        metrics.REFUSED.labels(status).inc()
        reason = _REASONS[status]
        head = b"HTTP/1.1 %d %b\r\ncontent-length: 0\r\nconnection: close\r\n\r\n" % (
            status,
            reason,
        )
        self.transport.write(head)
        self.transport.close()
