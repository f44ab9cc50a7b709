"""PNGs taken apart and put together row by row: hardly more than one row is held of what their pixels take.

Pillow holds all of them, 32 MB of the largest picture that is taken, for each that a stranger sends; and libraries that
go by rows compute each byte in Python. What is kept needs no more than the rows' borders.
"""

import io
import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Of each colour type, how many samples a pixel has, and how many bits a sample may have.
GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
_SAMPLES = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGBA: 4}
_DEPTHS = {
    GREY: (1, 2, 4, 8, 16),
    RGB: (8, 16),
    PALETTE: (1, 2, 4, 8),
    GREY_ALPHA: (8, 16),
    RGBA: (8, 16),
}
# Of an interlaced picture's seven parts, the first column and row, and the steps from one to the next.
_PARTS = (
    (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2),
)  # fmt: skip
_HEADER = struct.Struct(">IIBBBBB")
# So little is taken in at once because what is left over each time is copied.
_TAKEN_IN = 16 * 1024
_PIECE = 64 * 1024


class BrokenPngError(Exception):
    """It is no whole PNG."""


class PngHeader(NamedTuple):
    """How large a picture is, and what its pixels are."""

    width: int
    height: int
    depth: int
    colour: int
    interlaced: bool

    @classmethod
    def of(cls, content: bytes) -> "PngHeader":
        """As it stands in the first chunk.

        Raises:
            BrokenPngError: no PNG is like this.
        """
        if len(content) != _HEADER.size:
            raise BrokenPngError
        width, height, depth, colour, packing, filtering, interlaced = _HEADER.unpack(content)
        if not width or not height or depth not in _DEPTHS.get(colour, ()):
            raise BrokenPngError
        if packing or filtering or interlaced > 1:
            raise BrokenPngError
        return cls(width, height, depth, colour, bool(interlaced))

    def chunk(self) -> bytes:
        """The first chunk's content."""
        return _HEADER.pack(*self[:4], 0, 0, self.interlaced)

    def row_size(self, width: int) -> int:
        """How many bytes the pixels of a row take."""
        return (width * self.depth * _SAMPLES[self.colour] + 7) // 8

    def parts(self) -> list[tuple[int, int]]:
        """The width and height of each part whose rows stand one after the other."""
        if not self.interlaced:
            return [(self.width, self.height)]
        found = []
        for column, row, right, down in _PARTS:
            width = (self.width - column + right - 1) // right
            height = (self.height - row + down - 1) // down
            if width > 0 and height > 0:
                found.append((width, height))
        return found


class Inflated:
    """What is packed in chunks, taken byte by byte."""

    def __init__(self, chunks: Iterator[memoryview]) -> None:
        self._pieces = _inflated(chunks)
        self._held = bytearray()

    def take(self, size: int) -> bytes:
        """The next bytes.

        Raises:
            BrokenPngError: there are less, or they cannot be read.
        """
        while len(self._held) < size:
            try:
                self._held += next(self._pieces)
            except (StopIteration, zlib.error) as error:
                raise BrokenPngError from error
        taken = bytes(self._held[:size])
        del self._held[:size]
        return taken


class PngWriter:
    """Puts a PNG together."""

    def __init__(self) -> None:
        self._made = io.BytesIO()
        self._made.write(SIGNATURE)
        self._packer = zlib.compressobj()
        self._packed = bytearray()

    @property
    def size(self) -> int:
        """How many bytes there are, roughly."""
        return self._made.tell() + len(self._packed)

    def chunk(self, name: bytes, content: bytes | bytearray) -> None:
        """Add one."""
        checked = zlib.crc32(content, zlib.crc32(name))
        self._made.write(struct.pack(">I4s", len(content), name))
        self._made.write(content)
        self._made.write(struct.pack(">I", checked))

    def row(self, row: bytes) -> None:
        """Add a row of pixels, with its filter."""
        self._packed += self._packer.compress(row)
        if len(self._packed) >= _PIECE:
            self.chunk(b"IDAT", self._packed)
            self._packed.clear()

    def ended(self) -> bytes:
        """The whole of it."""
        self.chunk(b"IDAT", self._packed + self._packer.flush())
        self.chunk(b"IEND", b"")
        return self._made.getvalue()


def chunks(body: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """The name and the content of each chunk.

    Raises:
        BrokenPngError: one is cut off, or not what its checksum says.
    """
    view, place = memoryview(body), len(SIGNATURE)
    while place < len(body):
        try:
            size, name = struct.unpack_from(">I4s", body, place)
            content = view[place + 8 : place + 8 + size]
            (checksum,) = struct.unpack_from(">I", body, place + 8 + size)
        except struct.error as error:
            raise BrokenPngError from error
        if zlib.crc32(content, zlib.crc32(name)) != checksum:
            raise BrokenPngError
        yield name, content
        place += 12 + size


def _inflated(packed: Iterator[memoryview]) -> Iterator[bytes]:
    inflater = zlib.decompressobj()
    for chunk in packed:
        for start in range(0, len(chunk), _TAKEN_IN):
            yield inflater.decompress(chunk[start : start + _TAKEN_IN], _PIECE)
            while inflater.unconsumed_tail:
                yield inflater.decompress(inflater.unconsumed_tail, _PIECE)
    yield inflater.flush()
