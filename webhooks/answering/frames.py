"""What the web process and the one that answers readers tell each other."""

import pickle
from asyncio import IncompleteReadError, StreamReader
from typing import Any, NamedTuple

_LENGTH_BYTES = 4


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


def frame(told: Question | Answer) -> bytes:
    """What the other one reads by `read_frame`."""
    # Plain tuples: unpickling a class looks it up each time.
    body = pickle.dumps(tuple(told), pickle.HIGHEST_PROTOCOL)
    return len(body).to_bytes(_LENGTH_BYTES) + body


async def read_frame(reader: StreamReader) -> Any:
    """What the other one told next, as a tuple; None once it is gone."""
    try:
        length = int.from_bytes(await reader.readexactly(_LENGTH_BYTES))
        return pickle.loads(await reader.readexactly(length))  # noqa: S301 - written by our own process
    except (IncompleteReadError, OSError):
        return None
