"""A browser's console log as it may be kept: cut to size, readable, and without secrets."""

import re
from collections.abc import Iterator

from models.rules.clean import clean
from models.rules.excerpt import without_secrets
from models.rules.inert import inert
from models.rules.redact import redact

# How many bytes of a run's log are kept. When a run failed, all of them are searched for plugins.
KEPT_LOG = 1024 * 1024

# How many characters of what a step says are kept.
KEPT_MESSAGE = 4_000

_NOTICE_ROOM = 100

# Matching holds the interpreter's lock; a long log is read in slices, so that others get a turn.
_SLICE = 128 * 1024
_LONGEST_SECRET = 16 * 1024
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
    """Takes a log piece by piece and keeps its two ends: never more than 1.5 times `limit`
    bytes.
    """

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
        if len(self._tail) > 2 * self._half:
            del self._tail[: -self._half]

    def kept(self) -> bytes:
        """What is kept of the log: at most `limit` bytes of UTF-8, made `readable`.

        Where the middle is left out, a notice says how many bytes that is.
        """
        if self._total <= self._limit:
            return self._all_of_it()
        head = _to_line_end(bytes(self._head))
        tail = _from_line_start(bytes(self._tail[-self._half :]))
        shown_head = readable(head).encode()[: self._half]
        shown_tail = readable(_without_rest_of_key(tail)).encode()[-self._half :]
        return _joined(shown_head, shown_tail, self._total - len(head) - len(tail))

    def _all_of_it(self) -> bytes:
        """The whole log, cut in the middle if being made readable made it longer than allowed."""
        whole = readable(bytes(self._head + self._tail)).encode()
        if len(whole) <= self._limit:
            return whole
        left_out = len(whole) - 2 * self._half
        return _joined(whole[: self._half], whole[-self._half :], left_out)


def readable(log: bytes) -> str:
    """The log as text.

    Bytes that are not UTF-8 are replaced, secrets redacted, terminal sequences and controls other
    than newline and tab removed, and other hidden characters made visible.
    """
    text = stripped(log.decode("utf-8", "replace"))
    return "".join(inert(redact(piece)) for piece in _slices(text))


def stripped(text: str) -> str:
    """The text without terminal colours and controls; a lone carriage return ends a line."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def uncoloured(text: str) -> str:
    """The text as no terminal would show it; nothing is done for one that was not made for a terminal."""
    return stripped(text) if "\x1b" in text else text


def message(text: str) -> str | None:
    """What a step says, as it may be stored; None if nothing. Browsers colour it for a terminal."""
    return without_secrets(clean(stripped(text)), KEPT_MESSAGE) or None


def _slices(text: str) -> Iterator[str]:
    """The text in pieces of whole lines.

    A private key is never divided: it is the only secret of several lines.
    """
    start = 0
    while start < len(text):
        end = text.find("\n", start + _SLICE) + 1 or len(text)
        begun = text.rfind(_BEGIN, start, end)
        goes_on = begun >= 0 and text.find(_END, begun, end) < 0
        if goes_on and (close := text.find(_END, end, end + _LONGEST_SECRET)) >= 0:
            end = text.find("\n", close) + 1 or len(text)
        yield text[start:end]
        start = end


def _to_line_end(head: bytes) -> bytes:
    """The head of a log without the line that was cut: half of a secret is not recognised."""
    end = head.rfind(b"\n", len(head) - _SLICE) + 1
    return head[: end or -_LONGEST_SECRET]


def _from_line_start(tail: bytes) -> bytes:
    start = tail.find(b"\n", 0, _SLICE) + 1
    return tail[start or _LONGEST_SECRET :]


def _without_rest_of_key(tail: bytes) -> bytes:
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
