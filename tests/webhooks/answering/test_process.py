"""What the process that answers readers holds of its answers."""

import asyncio
import socket
import tracemalloc

from fastapi import FastAPI, Response

from webhooks.answering.frames import Question, question_frame, read_answer
from webhooks.answering.process import MOST_AT_ONCE, Answering

_MIB = 1024 * 1024
_ASKED = 100


async def test_few_are_answered_at_once_and_the_same_megabytes_copied_one_by_one() -> None:
    app, answer = FastAPI(), Response(b"x" * _MIB)
    made = asyncio.Semaphore(0)

    @app.get("/")
    async def same() -> Response:
        made.release()
        return answer

    here, there = socket.socketpair()
    answering = asyncio.create_task(Answering(app).run(there))
    reader, writer = await asyncio.open_unix_connection(sock=here)
    tracemalloc.start()
    for number in range(_ASKED):
        writer.write(question_frame(Question(number, _scope("/"))))
    for _ in range(MOST_AT_ONCE):
        await made.acquire()
    await asyncio.sleep(0.1)  # nobody reads meanwhile
    assert made.locked()  # no more were made
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 20 * _MIB
    answers = [read for _ in range(_ASKED) if (read := await read_answer(reader))]
    assert sorted(answer.number for answer in answers) == list(range(_ASKED))
    assert {(answer.status, len(answer.body)) for answer in answers} == {(200, _MIB)}
    writer.close()
    await answering


def _scope(path: str) -> dict[str, object]:
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": [],
    }
