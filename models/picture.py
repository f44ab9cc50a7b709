"""Screenshots: pictures from outside, taken apart and made anew, so that nothing but their pixels is kept."""

import struct
from collections.abc import Iterator

from models.png import (
    SIGNATURE,
    BrokenPngError,
    Inflated,
    PngHeader,
    PngWriter,
    chunks,
)
from models.png_colours import PngColours

MAX_SCREENSHOT = 10 * 1024 * 1024
# A page of 1366 pixels in width may be some 5,800 high.
MAX_PIXELS = 8_000_000
# Chromium takes no picture that is longer.
MAX_SIDE = 16_384

_HEADER = struct.Struct(
    ">8sI4sII"
)  # the signature, then the first chunk's length, name, and a PNG's width and height
# The palette, and what is transparent.
_ABOUT_COLOURS = (b"PLTE", b"tRNS")
_OTHERS = (
    (b"\xff\xd8\xff", "a JPEG"),
    (b"GIF8", "a GIF"),
    (b"RIFF", "a WebP"),
    (b"<svg", "an SVG"),
    (b"<?xml", "an XML document"),
    (b"<!doctype", "an HTML page"),
    (b"<html", "an HTML page"),
    # What browsers' drivers return of a screenshot before it is decoded.
    (b"iVBORw0KGgo", "one in Base64, which is to be decoded first"),
    (b"data:image/", "an address of one in Base64, which is to be decoded first"),
    (b"BM", "a BMP"),
)


class PictureError(Exception):
    """It is no whole, plain PNG of a fair size; the message says why, and what would be right."""


class NoPngError(PictureError):
    """It is something else."""


class TooLargeError(PictureError):
    """Made anew, it takes too many bytes."""


def made_anew(body: bytes) -> bytes:
    """The picture put together anew: without metadata, and without whatever stood behind its pixels.

    Raises:
        PictureError: it is no whole, plain PNG of a fair size.
    """
    _look_at_header(body)
    try:
        return _of_its_pixels(chunks(body))
    except BrokenPngError as error:
        raise PictureError("the PNG is broken or cut off; send it whole") from error


def _of_its_pixels(found: Iterator[tuple[bytes, memoryview]]) -> bytes:
    _, first = next(found)
    header = PngHeader.of(bytes(first))
    about = {}
    for name, content in found:
        if name == b"IDAT":
            break
        _look_at_chunk(name)
        if name in _ABOUT_COLOURS:
            about[name] = bytes(content)
    else:
        raise BrokenPngError
    colours = PngColours(header, *(about.get(name, b"") for name in _ABOUT_COLOURS))
    return _written(colours, Inflated(_pixels(content, found)))


def _pixels(first: memoryview, others: Iterator[tuple[bytes, memoryview]]) -> Iterator[memoryview]:
    """What the chunks of pixels hold, which stand together."""
    yield first
    for name, content in others:
        if name != b"IDAT":
            return
        yield content


def _written(colours: PngColours, pixels: Inflated) -> bytes:
    made = PngWriter()
    made.chunk(b"IHDR", colours.header().chunk())
    if colours.transparent:
        made.chunk(b"tRNS", colours.transparent)
    for row in colours.rows(pixels):
        made.row(row)
        _fits(made.size)
    content = made.ended()
    _fits(len(content))
    return content


def _fits(size: int) -> None:
    if size > MAX_SCREENSHOT:
        raise TooLargeError(
            f"the picture takes more than {MAX_SCREENSHOT:,} bytes; send a smaller one"
        )


def _look_at_chunk(name: bytes) -> None:
    """Refuse what stands in no plain picture before its pixels."""
    if name == b"IHDR":
        raise PictureError("the PNG has two headers; send it whole")
    if name == b"acTL":
        raise PictureError("the picture is animated; send a still PNG")


def _look_at_header(body: bytes) -> None:
    """Tell a PNG by its first bytes, and how large it will be, before anything is decoded."""
    if not body.startswith(SIGNATURE):
        start = body[:100].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        found = next((name for sign, name in _OTHERS if start.startswith(sign.lower())), "")
        if not found:
            found = "an AVIF or HEIC" if start[4:8] == b"ftyp" else "something else"
        raise NoPngError(f"the picture is no PNG but {found if body else 'empty'}; send a PNG")
    if len(body) < _HEADER.size:
        raise PictureError("the PNG is broken or cut off; send it whole")
    _, _, first, width, height = _HEADER.unpack_from(body)
    if first != b"IHDR":
        raise PictureError("the PNG does not begin with its header; send it whole")
    _within_limits(width, height)


def _within_limits(width: int, height: int) -> None:
    if max(width, height) > MAX_SIDE:
        raise PictureError(
            f"{width:,} × {height:,} pixels are too long; {MAX_SIDE:,} is the longest side"
        )
    if width * height > MAX_PIXELS:
        raise PictureError(
            f"{width:,} × {height:,} pixels are too many; {MAX_PIXELS:,} in all is the most"
        )
