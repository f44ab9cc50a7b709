"""What the web process and the one that answers readers tell each other."""

import contextlib
import pickle
from asyncio import IncompleteReadError, StreamReader
from collections.abc import Iterator
from typing import Any, NamedTuple

_LENGTH_BYTES = 4
# What a socket takes at once.
_PIECE_BYTES = 128 * 1024


class Question(NamedTuple):
    """A request without a body, as ASGI describes it; `number` comes back with the answer."""

    number: int
    scope: dict[str, Any]


class Answer(NamedTuple):
    """The answer to the question of this number."""

    number: int
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


def question_frame(question: Question) -> bytes:
    """What `read_question` reads."""
    return _framed(tuple(question))


def pieces_of_answer(answer: Answer) -> Iterator[bytes | memoryview]:
    """What `read_answer` reads, piece by piece: a body may be megabytes, of which no copy is made."""
    number, status, headers, body = answer
    yield _framed((number, status, headers, len(body)))
    whole = memoryview(body)
    for start in range(0, len(body), _PIECE_BYTES):
        yield whole[start : start + _PIECE_BYTES]


async def read_question(reader: StreamReader) -> Question | None:
    """What is asked next; None once nobody asks any more."""
    told = await _read(reader)
    return Question(*told) if told else None


async def read_answer(reader: StreamReader) -> Answer | None:
    """What is answered next; None once nobody answers any more."""
    if told := await _read(reader):
        number, status, headers, size = told
        with contextlib.suppress(IncompleteReadError, OSError):
            return Answer(number, status, headers, await reader.readexactly(size))
    return None


def _framed(told: tuple[object, ...]) -> bytes:
    # Plain tuples: unpickling a class looks it up each time.
    told_pickled = pickle.dumps(told, pickle.HIGHEST_PROTOCOL)
    return len(told_pickled).to_bytes(_LENGTH_BYTES) + told_pickled


async def _read(reader: StreamReader) -> Any:
    with contextlib.suppress(IncompleteReadError, OSError):
        length = int.from_bytes(await reader.readexactly(_LENGTH_BYTES))
        return pickle.loads(await reader.readexactly(length))  # noqa: S301 - written by our own process
    return None
