"""Which frames the library is handed, wherever what comes is cut, and however a frame tells its length."""

import struct
from itertools import cycle, starmap
from operator import add

import pytest

from bot.discord.long_frames import LongFrames

MOST, ENDLESS = 200, 70_000
_TEXT, _PART, _BINARY, _CLOSE = 0x81, 0x01, 0x82, 0x88


class Gathered:
    """Stands where the library's parser does; keeps what it is handed."""

    def __init__(self) -> None:
        self.data = b""
        self.ended = False

    def feed_eof(self) -> None:
        self.ended = True

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        self.data += data
        return False, b""


def frame(kind: int, length: int, mask: bytes = b"") -> bytes:
    """With the shortest head that tells this length."""
    masked = 0x80 if mask else 0
    if length < 126:
        head = struct.pack("!BB", kind, masked | length)
    elif length < 1 << 16:
        head = struct.pack("!BBH", kind, masked | 126, length)
    else:
        head = struct.pack("!BBQ", kind, masked | 127, length)
    return head + mask + b"\x81" * length


PASSED = [
    frame(_TEXT, 0),
    frame(_TEXT, 5),
    frame(_TEXT, 5, b"mask"),
    frame(_TEXT, 130, b"mask"),
    frame(_TEXT, MOST),
    frame(_PART, MOST + 1),
    frame(_BINARY, MOST + 1),
    frame(_TEXT, ENDLESS + 1),
    frame(_CLOSE, 2),
]
SKIPPED = [
    frame(_TEXT, MOST + 1),
    frame(_TEXT, MOST + 1, b"mask"),
    frame(_TEXT, 1 << 16),
    frame(_TEXT, ENDLESS),
]


@pytest.mark.parametrize("step", [1, 2, 3, 5, 7, 1_000, 1 << 20])
def test_texts_that_are_too_long_are_left_out_wherever_what_comes_is_cut(step: int) -> None:
    gathered, told = Gathered(), []
    frames = LongFrames(gathered, MOST, ENDLESS, lambda: told.append(1))
    everything = b"".join(starmap(add, zip(PASSED, cycle(SKIPPED), strict=False)))
    for at in range(0, len(everything), step):
        assert frames.feed_data(everything[at : at + step]) == (False, b"")
    assert gathered.data == b"".join(PASSED)
    assert len(told) == len(PASSED)


def test_the_end_and_what_the_library_answers_are_handed_on() -> None:
    class Refusing(Gathered):
        def feed_data(self, data: bytes) -> tuple[bool, bytes]:
            super().feed_data(data)
            return True, b"rest"

    gathered = Refusing()
    frames = LongFrames(gathered, MOST, ENDLESS, lambda: None)
    assert frames.feed_data(frame(_TEXT, 5)) == (True, b"rest")
    frames.feed_eof()
    assert gathered.ended
