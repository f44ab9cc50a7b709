"""One browser's WebSocket: what stands in the room, then what happens there, and answers to its own questions."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from aiohttp import WSMessage, WSMsgType, web

from bot.answering import Answering
from bot.local.browsers import Browsers, Inbox
from bot.local.wire import BadFrameError, answer_frame, entry_frame, read_question
from models.actions.asking import Asker
from models.actions.dictionary import Dictionary
from models.database.engine import Database
from models.messages.message import Message, Text, Tone
from models.outbox.room import recent

Result = TypeVar("Result")

REPLAYED_CARDS = 200
HEARTBEAT_SECONDS = 20
CLOSE_SECONDS = 1
MAX_FRAME = 1 << 20  # bytes; above it the socket is closed instead of answered

# Whoever sits at this machine. The room has no log-in and answers nobody else, so this person may do everything.
YOU = Asker(
    "local", "local", "you", "you", channel="room", channel_name="Local room", is_private=True
)


@dataclass(frozen=True, slots=True)
class RoomConversation:
    """Runs the WebSocket of one browser. `threads` is where the database is asked."""

    database: Database
    browsers: Browsers
    dictionary: Dictionary
    answering: Answering
    threads: Executor

    async def run(self, request: web.Request) -> web.WebSocketResponse:
        """Talk until either side hangs up."""
        socket = web.WebSocketResponse(
            heartbeat=HEARTBEAT_SECONDS,
            timeout=CLOSE_SECONDS,
            compress=False,
            max_msg_size=MAX_FRAME,
        )
        await socket.prepare(request)
        with self.browsers.joined(lambda: _hang_up(request)) as inbox:
            try:
                async with asyncio.TaskGroup() as both:
                    both.create_task(self._read(socket, inbox))
                    both.create_task(self._write(socket, inbox))
            except* ConnectionError:
                pass  # the browser is gone
        return socket

    async def _read(self, socket: web.WebSocketResponse, inbox: Inbox) -> None:
        # One question at a time: a browser that asks faster than it is answered waits, and nobody else does.
        async for frame in socket:
            await inbox.put(await self._reply(frame))
        raise ConnectionResetError("the browser hung up")

    async def _write(self, socket: web.WebSocketResponse, inbox: Inbox) -> None:
        # The inbox was open before this reads: what is sent meanwhile waits there, at worst with an
        # id replayed too.
        for replayed in await self._in_thread(self._replay):
            await socket.send_str(replayed)
        while True:
            await socket.send_str(await inbox.get())

    async def _reply(self, frame: WSMessage) -> str:
        try:
            question = read_question(frame.data if frame.type is WSMsgType.TEXT else "")
        except BadFrameError as error:
            message = Message("I cannot read that", Tone.WARNING, (Text(str(error)),))
            return answer_frame(None, message, datetime.now(UTC))
        # All that is written here is for the bot, as in a direct message: /plugin may be left out.
        typed = await self._in_thread(partial(self.dictionary.typed, question.text))
        message = await self.answering.answer(typed, replace(YOU, filled=question.filled))
        return await self._in_thread(
            partial(answer_frame, question.text, message, datetime.now(UTC))
        )

    def _replay(self) -> list[str]:
        with self.database.read() as session:
            return [entry_frame(entry, replayed=True) for entry in recent(session, REPLAYED_CARDS)]

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self.threads, work)


def _hang_up(request: web.Request) -> None:
    # A closing handshake would queue behind all that the browser has not read; the page knows what
    # a cut means.
    if request.transport is not None:
        request.transport.abort()
