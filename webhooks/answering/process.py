"""The process that answers readers: the application's own answers, at a low priority."""

import asyncio
import contextlib
import os
import signal
import socket
from typing import NoReturn

import structlog
from anyio import to_thread
from fastapi import FastAPI
from starlette.types import Message

from models.heaps import collect_less
from webhooks.answering.frames import Answer, Question, pieces_of_answer, read_question
from webhooks.serving.giving_back import GivingBack
from webhooks.shared_answers import MOST_READING

# Where processors are few, whoever reports goes first.
_NICENESS = 10
# What takes so long never ends, and all others wait for it.
_SECONDS_STUCK = 60
# Each takes some 25 KB. Those beyond wait as the bytes of a question; one is made at a time anyhow.
MOST_AT_ONCE = 16

_log = structlog.get_logger()


def answer_readers(app: FastAPI, connection: socket.socket) -> NoReturn:
    """Answer what is asked over the connection; when nobody is at its other end any more, end this process."""
    # Whoever stops the web process ends this one by hanging up, once all are answered.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    os.nice(_NICENESS)
    collect_less()
    app.state.answerer = None  # it is this one
    parts = (app.state.redrawing, GivingBack())
    for part in parts:
        part.start()
    asyncio.new_event_loop().run_until_complete(Answering(app).run(connection))
    os._exit(0)  # nobody waits for what is not answered yet


class Answering:
    """All that is being answered."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._tasks: set[asyncio.Task[None]] = set()
        self._sending = asyncio.Lock()

    async def run(self, connection: socket.socket) -> None:
        """Answer until nobody waits for an answer any more."""
        to_thread.current_default_thread_limiter().total_tokens = MOST_READING
        reader, self._writer = await asyncio.open_unix_connection(sock=connection)
        while question := await read_question(reader):
            task = asyncio.create_task(self._answer(question))
            self._tasks.add(task)
            task.add_done_callback(self._done)
            if len(self._tasks) == 1:
                signal.alarm(_SECONDS_STUCK)
            if len(self._tasks) >= MOST_AT_ONCE:
                await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        self._writer.close()

    def _done(self, task: asyncio.Task[None]) -> None:
        # The kernel ends this process if nothing more is answered, whatever its threads are doing.
        self._tasks.discard(task)
        signal.alarm(_SECONDS_STUCK if self._tasks else 0)

    async def _answer(self, question: Question) -> None:
        answer = Answer(question.number, 500, [], b"")
        pieces: list[bytes] = []

        async def send(message: Message) -> None:
            nonlocal answer
            if message["type"] == "http.response.start":
                answer = answer._replace(status=message["status"], headers=message["headers"])
            else:
                pieces.append(message.get("body", b""))

        try:
            await self._app(question.scope, _nothing_more, send)
        except Exception:  # noqa: BLE001 - a mistake of ours in one answer; the next one may be right
            _log.exception("not_answered", path=question.scope["path"])
        await self._send(answer._replace(body=b"".join(pieces)))

    async def _send(self, answer: Answer) -> None:
        # One after the other: many may get the same megabytes, and what is written is a copy until it is read.
        async with self._sending:
            with contextlib.suppress(OSError):  # the web process has ended, and so will this one
                for piece in pieces_of_answer(answer):
                    self._writer.write(piece)
                    await self._writer.drain()


async def _nothing_more() -> Message:
    """The body of a request that has none."""
    return {"type": "http.request", "body": b"", "more_body": False}
