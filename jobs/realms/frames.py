"""Frames of JSON-RPC 2.0 to and from a realm: strict, and bounded in length, number and time."""

import os
import select
from time import monotonic
from typing import Annotated, Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from jobs.realms.last_words import ReportLine

LONGEST_FRAME = 1 << 20
# What a realm may say during one request: log lines and questions.
MOST_FRAMES = 1_000
MOST_BYTES = 8 << 20
_READ = 1 << 16
_WORDS = 2_000


class BrokenProtocolError(Exception):
    """What the realm wrote is no frame, or no frame that it may send now."""


class _Frame(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    jsonrpc: Literal["2.0"]


class ResultReply(_Frame):
    """The answer to our request."""

    id: int
    result: Any


class _Error(BaseModel):
    """`data` is what a Guard reports of it; nothing where nothing of the extension is loaded yet."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    code: int
    message: Annotated[str, Field(max_length=_WORDS)]
    data: ReportLine | None


class ErrorReply(_Frame):
    """What went wrong with our request."""

    id: int
    error: _Error


class RealmRequest(_Frame):
    """What the realm asks of us during our request."""

    id: int
    method: Annotated[str, Field(max_length=20)]
    params: dict[str, Any]


class RealmNotice(_Frame):
    """What the realm tells us; nobody answers."""

    method: Literal["log"]
    params: dict[Literal["words"], str]


Frame = ResultReply | ErrorReply | RealmRequest | RealmNotice
_READER: TypeAdapter[Frame] = TypeAdapter(Frame)


def read(line: bytes) -> Frame:
    """A line of a realm's.

    Raises:
        BrokenProtocolError: it is no frame.
    """
    try:
        return _READER.validate_python(orjson.loads(line))
    except (orjson.JSONDecodeError, ValidationError) as error:
        raise BrokenProtocolError("it wrote what is no frame of JSON-RPC 2.0") from error


class Streams:
    """Both ends of a realm's standard streams. No call waits longer than until its deadline, or until the process
    is `over`, a descriptor of which can be read then: others may hold its streams.
    """

    def __init__(self, to: int, of: int, over: int) -> None:
        self._to = to
        self._of = of
        self._over = over
        self._read = bytearray()
        self._left = MOST_BYTES
        for stream in (to, of):
            os.set_blocking(stream, False)

    def begin(self) -> None:
        """A request begins: the realm may write as many bytes as it may during one."""
        self._left = MOST_BYTES

    def send(self, frame: dict[str, Any], deadline: float) -> None:
        """Write a frame.

        Raises:
            TimeoutError: the realm did not read it in time.
            EOFError: the realm has ended.
            ValueError: it is too long.
        """
        rest = memoryview(orjson.dumps({"jsonrpc": "2.0", **frame}) + b"\n")
        if len(rest) > LONGEST_FRAME:
            raise ValueError(f"more than {LONGEST_FRAME:,} bytes")
        while rest:
            self._wait(self._to, select.POLLOUT, deadline)
            try:
                rest = rest[os.write(self._to, rest) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise EOFError from error

    def receive(self, deadline: float) -> Frame:
        """The next frame.

        Raises:
            TimeoutError: none came in time.
            EOFError: the realm has ended.
            BrokenProtocolError: what came is no frame.
        """
        looked = 0
        while (end := self._read.find(b"\n", looked)) < 0:
            looked = len(self._read)
            if looked > LONGEST_FRAME:
                raise BrokenProtocolError(f"it wrote a line of more than {LONGEST_FRAME:,} bytes")
            self._wait(self._of, select.POLLIN, deadline)
            chunk = os.read(self._of, _READ)
            if not chunk:
                raise EOFError
            self._left -= len(chunk)
            if self._left < 0:
                raise BrokenProtocolError(f"it wrote more than {MOST_BYTES:,} bytes for one answer")
            self._read += chunk
        line = bytes(self._read[:end])
        del self._read[: end + 1]
        return read(line)

    @property
    def is_quiet(self) -> bool:
        """Whether nothing was written that nobody asked for."""
        waiting = select.poll()
        waiting.register(self._of, select.POLLIN)
        # The end of its process wakes this too, and is no writing.
        return not self._read and not any(event & select.POLLIN for _, event in waiting.poll(0))

    def _wait(self, stream: int, event: int, deadline: float) -> None:
        waiting = select.poll()
        waiting.register(stream, event)
        waiting.register(self._over, select.POLLIN)
        left = deadline - monotonic()
        ready = dict(waiting.poll(left * 1000)) if left > 0 else {}
        if not ready:
            raise TimeoutError
        if stream not in ready:
            raise EOFError
