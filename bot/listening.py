"""How the bot listens over HTTP, for Slack's calls and for the local room: within bounds of number, size and time."""

import asyncio

from aiohttp import web
from aiohttp.typedefs import Handler
from aiohttp.web_protocol import RequestHandler

# Slack is one caller, and the room is for those who sit at this machine.
MOST_CONNECTIONS = 100
# Within which a connection must have sent a whole head; requests are sent at once.
SECONDS_TO_BEGIN = 10.0
_SECONDS_TO_HEAR_WHY = 2.0
# With what aiohttp allows a line of them, a hundred connections hold 40 MB of headers at the most.
_MOST_HEADERS = 50


class Listening:
    """Serves an application.

    When too many are connected, the oldest one that is not being answered gives way.
    """

    def __init__(
        self,
        app: web.Application,
        *,
        stop_seconds: float,
        most: int = MOST_CONNECTIONS,
        seconds_to_begin: float = SECONDS_TO_BEGIN,
    ) -> None:
        app.middlewares.insert(0, self._answer)
        self._runner = web.AppRunner(
            app,
            access_log=None,
            shutdown_timeout=stop_seconds,
            keepalive_timeout=seconds_to_begin,
            lingering_time=_SECONDS_TO_HEAR_WHY,
            max_headers=_MOST_HEADERS,
            auto_decompress=False,
        )
        self._most = most
        self._answered: set[RequestHandler] = set()
        self._socket: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen; port 0 takes a free one. Returns the port.

        Raises:
            OSError: the port is taken.
        """
        await self._runner.setup()
        self._socket = await asyncio.get_running_loop().create_server(self._connection, host, port)
        return int(self._socket.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Hang up on everyone and free the port."""
        if self._socket:
            self._socket.close()
        await self._runner.cleanup()

    def _connection(self) -> RequestHandler:
        server = self._runner.server
        assert server is not None  # noqa: S101 - it was set up before it listened
        connected = [
            each
            for each in server.connections
            if each.transport and not each.transport.is_closing()
        ]
        if len(connected) >= self._most:
            idle = (each for each in connected if each not in self._answered)
            next(idle, connected[0]).force_close()
        return server()

    @web.middleware
    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self._answered.add(request.protocol)
        try:
            return await handler(request)
        finally:
            self._answered.discard(request.protocol)
