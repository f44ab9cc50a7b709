"""A browser's console log as it may be kept: cut to size, readable, and without secrets."""

import re
from collections.abc import Iterable, Iterator

from models.rules.clean import clean
from models.rules.excerpt import without_secrets
from models.rules.inert import inert
from models.rules.redact import redact

# How many bytes of a run's log are kept. When a run failed, all of them are searched for plugins.
KEPT_LOG = 1024 * 1024

# How many characters of what a step says are kept.
KEPT_MESSAGE = 4_000

_NOTICE_ROOM = 100

# Matching holds the interpreter's lock; a long log is read in slices, so that others get a turn. And so it takes less
# memory.
_SLICE = 128 * 1024
_LONGEST_SECRET = 16 * 1024
# Where keys seem to begin again and again and none ends, there is none.
_MOST_HELD = 4 * _SLICE
_BEGIN = "-----BEGIN "
_END = "-----END "

# Terminal sequences: CSI, then OSC and similar ones with their text, then those of two letters;
# last a single control character.
_CONTROL = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]{0,64}+[ -/]{0,8}+[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]{0,2000}+(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]{0,8}+[0-Z\\^-~]"
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f]"
)


class Ends:
    """Takes a log piece by piece and keeps its two ends: never much more than `limit` bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._half = (limit - _NOTICE_ROOM) // 2
        self._total = 0
        self._head = bytearray()
        self._tail = bytearray()

    def take(self, piece: bytes) -> None:
        """Take the log's next bytes."""
        self._total += len(piece)
        room = self._half - len(self._head)
        self._head += piece[:room]
        self._tail += piece[room:]
        if len(self._tail) > self._half + _SLICE:
            del self._tail[: -self._half]

    def kept(self) -> bytes:
        """What is kept of the log: at most `limit` bytes of UTF-8, made `readable`.

        Where the middle is left out, a notice says how many bytes that is.
        """
        if self._total <= self._limit:
            return self._all_of_it()
        head = _to_line_end(self._head)
        tail = _from_line_start(self._tail[-self._half :])
        shown_head = readable(head)[: self._half]
        shown_tail = readable(_without_rest_of_key(tail))[-self._half :]
        return _joined(shown_head, shown_tail, self._total - len(head) - len(tail))

    def _all_of_it(self) -> bytes:
        """The whole log, cut in the middle if being made readable made it longer than allowed."""
        whole = readable(self._head + self._tail)
        if len(whole) <= self._limit:
            return whole
        left_out = len(whole) - 2 * self._half
        return _joined(whole[: self._half], whole[-self._half :], left_out)


def readable(log: bytes | bytearray) -> bytes:
    """The log as text in UTF-8.

    Bytes that are not UTF-8 are replaced, secrets redacted, terminal sequences and controls other
    than newline and tab removed, and other hidden characters made visible.
    """
    return b"".join(inert(redact(piece)).encode() for piece in _with_whole_keys(_pieces(log)))


def stripped(text: str) -> str:
    """The text without terminal colours and controls; a lone carriage return ends a line."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def uncoloured(text: str) -> str:
    """The text as no terminal would show it; nothing is done for one that was not made for a terminal."""
    return stripped(text) if "\x1b" in text else text


def message(text: str) -> str | None:
    """What a step says, as it may be stored; None if nothing. Browsers colour it for a terminal."""
    return without_secrets(clean(stripped(text)), KEPT_MESSAGE) or None


def _pieces(log: bytes | bytearray) -> Iterator[str]:
    """The text in pieces of whole lines. As a whole it would take up to four bytes a character, more than once."""
    start = 0
    while start < len(log):
        end = log.find(b"\n", start + _SLICE) + 1 or len(log)
        yield stripped(log[start:end].decode("utf-8", "replace"))
        start = end


def _with_whole_keys(pieces: Iterable[str]) -> Iterator[str]:
    """The same pieces, but none ends within a private key, the only secret of several lines."""
    held = ""
    for piece in pieces:
        held += piece
        begun = held.rfind(_BEGIN)
        if begun < 0 or held.find(_END, begun) >= 0 or len(held) > _MOST_HELD:
            yield held
            held = ""
    yield held


def _to_line_end(head: bytearray) -> bytearray:
    """The head of a log without the line that was cut: half of a secret is not recognised."""
    end = head.rfind(b"\n", len(head) - _SLICE) + 1
    return head[: end or -_LONGEST_SECRET]


def _from_line_start(tail: bytearray) -> bytearray:
    start = tail.find(b"\n", 0, _SLICE) + 1
    return tail[start or _LONGEST_SECRET :]


def _without_rest_of_key(tail: bytearray) -> bytearray:
    """The tail of a log without the end of a private key whose beginning was cut off."""
    close = tail.find(_END.encode(), 0, _LONGEST_SECRET)
    if close < 0 or 0 <= tail.find(_BEGIN.encode()) < close:
        return tail
    return tail[tail.find(b"\n", close) + 1 :]


def _joined(head: bytes, tail: bytes, left_out: int) -> bytes:
    notice = f"\n[… {left_out:,} bytes left out …]\n"
    return b"".join((_whole(head), notice.encode(), _whole(tail)))


def _whole(piece: bytes) -> bytes:
    """The piece without the parts of characters at its ends."""
    return piece.decode("utf-8", "ignore").encode()
