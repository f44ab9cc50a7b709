"""What strangers may keep open at the bot's doors: raw sockets against a real listener."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from bot.listening import Listening
from tests.waiting import LONG

GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
MOST = 10


@asynccontextmanager
async def listening() -> AsyncIterator[int]:
    """A page, and a socket that stays open and says hello again whenever it is spoken to."""
    app = web.Application()
    app.router.add_get("/", _hello)
    app.router.add_get("/ws", _talk)
    door = Listening(app, stop_seconds=1, most=MOST, seconds_to_begin=0.5)
    try:
        yield await door.start("127.0.0.1", 0)
    finally:
        await door.stop()


async def _hello(_request: web.Request) -> web.Response:
    return web.Response(text="hello")


async def _talk(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    async for _ in socket:
        await socket.send_str("hello")
    return socket


async def _is_well(port: int) -> bool:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/") as answer,
    ):
        return answer.status == 200


@pytest.mark.parametrize("sent", [b"", b"GET / HT", GET, GET + b"\r\n" + GET])
async def test_half_a_request_is_given_up_in_time(sent: bytes) -> None:
    async with listening() as port, asyncio.timeout(LONG):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        await reader.read()  # to its end
        writer.close()


async def test_who_is_being_answered_stays_and_the_oldest_of_the_others_gives_way() -> None:
    async with listening() as port, asyncio.timeout(LONG), AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        talking = await stack.enter_async_context(session.ws_connect(f"http://127.0.0.1:{port}/ws"))
        halves = []
        for _ in range(3 * MOST):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            stack.callback(writer.close)
            writer.write(GET)
            halves.append(reader)
        assert await _is_well(port)
        assert await halves[0].read() == b""
        await talking.send_str("still there?")
        assert await talking.receive_str() == "hello"


@pytest.mark.parametrize(
    "head",
    [
        b"X-Long: " + b"x" * 2**20,
        b"X: y\r\n" * 1_000,
        b"X: " + b"x" * 8_000 + b"\r\nY: " + b"y" * 9_000,
    ],
)
async def test_a_head_that_is_too_large_is_refused(head: bytes) -> None:
    async with listening() as port, asyncio.timeout(LONG):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(GET + head + b"\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            assert (await reader.read()).split()[1] == b"400"
        writer.close()
        assert await _is_well(port)
