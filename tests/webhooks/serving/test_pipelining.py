"""What is left of requests that were sent before earlier ones were answered, once their sender is gone."""

import asyncio
import gc
import socket
from collections.abc import Callable

import uvicorn
import uvloop
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from webhooks.serving.connections import ConnectionLimits
from webhooks.serving.server import options

_REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
_IN_TURN = 12
# More than the kernel holds of what nobody reads.
_MUCH = 20 * 1024 * 1024


async def _answer_much(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": bytes(_MUCH)})


def test_requests_that_were_never_begun_go_with_their_connection() -> None:
    gc.collect()
    gc.disable()
    try:
        uvloop.run(_sent_and_left(_requests()))
    finally:
        gc.enable()


async def _sent_and_left(before: int) -> None:
    limits = options(ConnectionLimits())
    server = uvicorn.Server(uvicorn.Config(_answer_much, lifespan="off", log_config=None, **limits))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = asyncio.create_task(server.serve([listening]))
        _, deaf = await asyncio.open_connection(*listening.getsockname(), limit=1_024)
        deaf.write(_REQUEST * _IN_TURN)
        # The first one is answered, as far as we are concerned, and the second waits for that to be read.
        assert await _eventually(lambda: _requests() == before + _IN_TURN - 1)
        deaf.transport.abort()
        assert await _eventually(lambda: _requests() <= before)
        server.should_exit = True
        await serving


async def _eventually(holds: Callable[[], bool]) -> bool:
    for _ in range(100):
        if holds():
            return True
        await asyncio.sleep(0.1)
    return False


def _requests() -> int:
    return sum(isinstance(each, RequestResponseCycle) for each in gc.get_objects())
