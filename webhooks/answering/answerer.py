"""The process that answers readers, as the web process sees it."""

import asyncio
from asyncio import StreamReader, StreamWriter
from dataclasses import dataclass
from itertools import count

import structlog
from starlette.types import Scope, Send

from models.complaint import Complaint
from webhooks.answering.frames import Answer, Question, question_frame, read_answer
from webhooks.refusal import Refusal
from webhooks.workers.child import ChildProcess, start_program

_PROGRAM = "webhooks.answering"
# Each is an open connection of somebody's, and some kilobytes here.
_MOST_ASKED = 200
# What another process is asked once more if one ended over it; a question over which two ended is refused.
_MOST_TIMES = 2
# Until another one is started; the longer, the more ended without an answer.
_AGAIN_SECONDS = 0.5
_MOST_AGAIN_SECONDS = 30
# What an answer depends on; all else that ASGI hands on is about this process.
_TOLD = (
    "type",
    "asgi",
    "http_version",
    "method",
    "scheme",
    "path",
    "raw_path",
    "query_string",
    "root_path",
    "headers",
    "client",
    "server",
)

_log = structlog.get_logger()


@dataclass(slots=True)
class _Asked:
    frame: bytes
    answer: asyncio.Future[Answer]
    times: int = 0


class Answerer:
    """Has questions answered by this process, and by another one whenever it has ended."""

    def __init__(self, process: ChildProcess) -> None:
        self._process = process
        self._numbers = count()
        self._asked: dict[int, _Asked] = {}
        self._writer: StreamWriter | None = None

    def start(self) -> None:
        """Begin to ask it; in the running event loop."""
        self._following = asyncio.create_task(self._follow())

    def stop(self) -> None:
        """Hang up: it ends."""
        self._following.cancel()
        if self._writer:
            self._writer.close()

    async def answer(self, scope: Scope, send: Send) -> None:
        """Send what it answers to this request, of which the body is not looked at.

        Raises:
            Refusal: 503: too many wait already, or it ended over this more than once.
        """
        if len(self._asked) >= _MOST_ASKED:
            raise Refusal(503, "too many read at the moment; ask again in a minute")
        number = next(self._numbers)
        question = Question(number, {name: scope[name] for name in _TOLD if name in scope})
        future = asyncio.get_running_loop().create_future()
        asked = self._asked[number] = _Asked(question_frame(question), future)
        try:
            if self._writer:
                self._ask(self._writer, asked)
            answer = await asked.answer
        finally:
            del self._asked[number]
        start = {"type": "http.response.start", "status": answer.status, "headers": answer.headers}
        await send(start)
        await send({"type": "http.response.body", "body": answer.body})

    @staticmethod
    def _ask(writer: StreamWriter, asked: _Asked) -> None:
        asked.times += 1
        writer.write(asked.frame)

    async def _follow(self) -> None:
        """Hand on what it answers, and have another one started when it ends."""
        rest = _AGAIN_SECONDS
        while True:
            answered = await self._ask_it()
            code = await asyncio.to_thread(self._process.wait)
            rest = _AGAIN_SECONDS if answered else min(2 * rest, _MOST_AGAIN_SECONDS)
            _log.warning("answering_ended", code=code, again_in=rest)
            await asyncio.sleep(rest)
            self._process = await self._started()

    async def _started(self) -> ChildProcess:
        """Another one, as soon as the machine has room for it."""
        complaint = Complaint("answering_not_started")
        while True:
            try:
                return await asyncio.to_thread(start_program, _PROGRAM)
            except OSError as error:
                complaint.tell(error)
                await asyncio.sleep(_MOST_AGAIN_SECONDS)

    async def _ask_it(self) -> bool:
        """Ask it what waits and what comes, until it ends; whether it answered anything."""
        reader, writer = await asyncio.open_unix_connection(sock=self._process.connection)
        for asked in self._asked.values():
            self._ask(writer, asked)
        self._writer = writer
        answered = await self._hand_on(reader)
        self._writer = None
        writer.close()
        self._refuse()
        return answered

    async def _hand_on(self, reader: StreamReader) -> bool:
        answered = False
        while answer := await read_answer(reader):
            answered = True
            asked = self._asked.get(answer.number)
            if asked and not asked.answer.done():
                asked.answer.set_result(answer)
        return answered

    def _refuse(self) -> None:
        """Refuse what it was asked once more; perhaps it ended over that."""
        for asked in self._asked.values():
            if asked.times >= _MOST_TIMES and not asked.answer.done():
                asked.answer.set_exception(Refusal(503, "this cannot be answered just now"))
