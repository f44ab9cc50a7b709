"""What the pixels of a PNG are kept as, row by row."""

from collections.abc import Iterator

from models.png import GREY, GREY_ALPHA, PALETTE, RGB, RGBA, BrokenPngError, Inflated, PngHeader

# How long the one colour is that stands for transparent.
_TRANSPARENT = {GREY: 2, RGB: 6}
_MOST_FILTERS = 5
_MOST_COLOURS = 256


class PngColours:
    """What pixels are kept as. Where they are less than a byte, or numbers of a palette, they become colours of their
    own, so that neither the palette nor bits between rows can hold anything else.
    """

    def __init__(self, header: PngHeader, palette: bytes, transparent: bytes) -> None:
        self._header = header
        self.transparent = b""
        self._pixels: list[bytes] = []
        if header.colour == PALETTE:
            self._pixels = _of_palette(palette, transparent)
        elif header.depth < 8:
            self._pixels = _of_greys(header.depth, transparent)
        elif len(transparent) == _TRANSPARENT.get(header.colour):
            self.transparent = transparent
        self._by_byte = _by_byte(self._pixels, header.depth)

    def header(self) -> PngHeader:
        """What the picture that is made has."""
        if not self._pixels:
            return self._header
        colour = {1: GREY, 2: GREY_ALPHA, 3: RGB, 4: RGBA}[len(self._pixels[0])]
        return self._header._replace(depth=8, colour=colour)

    def rows(self, pixels: Inflated) -> Iterator[bytes]:
        """Each row as it is kept, after the number of the filter that was laid on it.

        Raises:
            BrokenPngError: there are fewer pixels than the header says, or they cannot be read.
        """
        for width, height in self._header.parts():
            above = bytes(self._header.row_size(width))
            for _ in range(height):
                row = pixels.take(1 + len(above))
                if row[0] >= _MOST_FILTERS:
                    raise BrokenPngError
                if not self._pixels:
                    yield row
                    continue
                above = _unfiltered(row, above)
                drawn = b"".join(map(self._by_byte.__getitem__, above))
                yield b"\0" + drawn[: width * len(self._pixels[0])]


def _of_palette(palette: bytes, transparent: bytes) -> list[bytes]:
    if not palette or len(palette) % 3 or len(palette) > 3 * _MOST_COLOURS:
        raise BrokenPngError
    found = [palette[place : place + 3] for place in range(0, len(palette), 3)]
    found += [bytes(3)] * (_MOST_COLOURS - len(found))
    if not transparent:
        return found
    alpha = transparent[:_MOST_COLOURS].ljust(_MOST_COLOURS, b"\xff")
    return [colour + alpha[number : number + 1] for number, colour in enumerate(found)]


def _of_greys(depth: int, transparent: bytes) -> list[bytes]:
    most = (1 << depth) - 1
    found = [bytes([number * 255 // most]) for number in range(most + 1)]
    if len(transparent) != _TRANSPARENT[GREY]:
        return found
    clear = int.from_bytes(transparent)
    return [grey + bytes([255 * (number != clear)]) for number, grey in enumerate(found)]


def _by_byte(pixels: list[bytes], depth: int) -> list[bytes]:
    """What each byte stands for, which may be up to eight pixels."""
    if not pixels:
        return []
    shifts = range(8 - depth, -1, -depth)
    most = (1 << depth) - 1
    return [b"".join(pixels[byte >> shift & most] for shift in shifts) for byte in range(256)]


def _unfiltered(row: bytes, above: bytes) -> bytes:
    """The bytes of a row of which each was told by how it differs from its neighbours'."""
    kind, told = row[0], row[1:]
    match kind:
        case 0:
            return told
        case 1:
            return _of_lefts(told)
        case 2:
            return bytes(map(lambda up, byte: up + byte & 255, above, told))
        case 3:
            return _of_middles(told, above)
        case _:
            return _of_planes(told, above)


def _of_lefts(told: bytes) -> bytes:
    """Each differs from the byte on its left."""
    made = bytearray()
    left = 0
    for byte in told:
        left = left + byte & 255
        made.append(left)
    return bytes(made)


def _of_middles(told: bytes, above: bytes) -> bytes:
    """Each differs from the middle between the bytes on its left and above."""
    made = bytearray()
    left = 0
    for byte, up in zip(told, above, strict=True):
        left = byte + (left + up >> 1) & 255
        made.append(left)
    return bytes(made)


def _of_planes(told: bytes, above: bytes) -> bytes:
    """Each differs from that neighbour which is nearest to the plane through all three."""
    made = bytearray()
    left = corner = 0
    for byte, up in zip(told, above, strict=True):
        from_left, from_up = abs(up - corner), abs(left - corner)
        from_corner = abs(left + up - corner - corner)
        if from_left > from_up or from_left > from_corner:
            left = up if from_up <= from_corner else corner
        left = left + byte & 255
        made.append(left)
        corner = up
    return bytes(made)
