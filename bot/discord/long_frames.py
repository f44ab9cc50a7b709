"""Frames of a WebSocket that are too long to be kept, taken out before the library gathers them.

After one that it refuses the library reads nothing more, and in a new session Discord says the same
again: one guild that is too large would keep all others from being heard.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler

# A message of text in one frame, which is not compressed. A part of a message cannot be left out.
_WHOLE_TEXT = 0x81
# How many bytes tell the length, by what the second byte says of it.
# https://www.rfc-editor.org/rfc/rfc6455#section-5.2
_LENGTHS = {126: 2, 127: 8}
# Of the second byte: the length, and whether there is a mask, which takes four bytes.
_LENGTH = 0x7F
_MASKED = 0x80
_MASK = 4


class LongFrames:
    """Hands on to `parser`, the library's own, all but texts of more than `most` bytes.

    `skipped` is called for each of them. One of more than `endless` bytes is handed on, to be refused.
    """

    def __init__(self, parser: Any, most: int, endless: int, skipped: Callable[[], None]) -> None:
        self._parser = parser
        self._most, self._endless = most, endless
        self._skipped = skipped
        self._begun = b""  # of a frame's head
        self._left = 0  # bytes of the frame
        self._passes = True

    def feed_eof(self) -> None:
        """Called by the library."""
        self._parser.feed_eof()

    def feed_data(self, data: bytes | bytearray) -> tuple[bool, bytes]:
        """Called by the library with what came."""
        data, self._begun = self._begun + bytes(data), b""
        at, kept = 0, []
        while at < len(data):
            if not self._left and not self._begins(data, at):
                self._begun = data[at:]
                break
            end = min(len(data), at + self._left)
            if self._passes:
                kept.append(data[at:end])
            self._left -= end - at
            at = end
        if not kept:
            return False, b""
        failed, rest = self._parser.feed_data(b"".join(kept))
        return bool(failed), rest

    def _begins(self, data: bytes, at: int) -> bool:
        """Whether the head of the frame that begins here is there as a whole."""
        if len(data) < at + 2:
            return False
        kind, said = data[at : at + 2]
        length = said & _LENGTH
        told = _LENGTHS.get(length, 0)
        if len(data) < at + 2 + told:
            return False
        if told:
            length = int.from_bytes(data[at + 2 : at + 2 + told], "big")
        self._passes = kind != _WHOLE_TEXT or not self._most < length <= self._endless
        if not self._passes:
            self._skipped()
        self._left = 2 + told + length + (_MASK if said & _MASKED else 0)
        return True


def skipping_connector(
    most: int, endless: int, skipped: Callable[[], None]
) -> aiohttp.TCPConnector:
    """Connections whose WebSockets are read without the texts of more than `most` bytes, up to `endless`."""
    connector = aiohttp.TCPConnector()
    wrap = partial(LongFrames, most=most, endless=endless, skipped=skipped)
    connector._factory = partial(_Connection, connector._loop, wrap)  # type: ignore[assignment]  # there is no other place
    return connector


class _Connection(ResponseHandler):
    def __init__(self, loop: Any, wrap: Callable[[Any], LongFrames]) -> None:
        super().__init__(loop)
        self._wrap = wrap

    def set_parser(self, parser: Any, *payload: Any, **more: Any) -> None:
        super().set_parser(self._wrap(parser), *payload, **more)
