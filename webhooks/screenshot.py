"""Screenshots: pictures from outside, taken apart and made anew, so that nothing but their pixels is kept."""

import asyncio
import io
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor

from PIL import Image

from webhooks.refusal import Refusal

MAX_SCREENSHOT = 10 * 1024 * 1024
# A page of 1366 pixels in width may be some 20,000 high. Its pixels take four bytes each while it is made anew.
MAX_PIXELS = 30_000_000

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.Struct(">8sI4sII")  # the signature, then the first chunk's length, name, and a PNG's width and height
_OTHERS = (
    (b"\xff\xd8\xff", "a JPEG"),
    (b"GIF8", "a GIF"),
    (b"RIFF", "a WebP"),
    (b"<svg", "an SVG"),
    (b"<?xml", "an XML document"),
    (b"<!doctype", "an HTML page"),
    (b"<html", "an HTML page"),
)


class Darkroom:
    """Makes pictures anew, one at a time and in a thread of its own: decoding takes time and memory."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="screenshots")

    async def develop(self, body: bytes) -> bytes:
        """The same picture as a PNG of its pixels alone.

        Raises:
            Refusal: 400, 413 or 415: it is no whole, plain PNG of a fair size.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, made_anew, body)


def made_anew(body: bytes) -> bytes:
    """The picture encoded anew: without metadata, and without whatever stood behind its end.

    Raises:
        Refusal: 400, 413 or 415: it is no whole, plain PNG of a fair size.
    """
    _look_at_header(body)
    try:
        with Image.open(io.BytesIO(body), formats=["PNG"]) as picture:
            _within_limits(*picture.size)
            if getattr(picture, "is_animated", False):
                raise Refusal(400, "the picture is animated; send a still PNG")
            picture.load()
            plain = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    except Image.DecompressionBombError as error:
        raise Refusal(400, "the PNG has two headers; send it whole") from error
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error) as error:
        raise Refusal(400, "the PNG is broken or cut off; send it whole") from error
    plain.info.clear()
    made = io.BytesIO()
    plain.save(made, "PNG")
    if made.tell() > MAX_SCREENSHOT:
        raise Refusal(413, f"the picture takes more than {MAX_SCREENSHOT:,} bytes; send a smaller one")
    return made.getvalue()


def _look_at_header(body: bytes) -> None:
    """Tell a PNG by its first bytes, and how large it will be, before anything is decoded."""
    if not body.startswith(_SIGNATURE):
        start = body[:100].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        found = next((name for sign, name in _OTHERS if start.startswith(sign.lower())), "something else")
        raise Refusal(415, f"the picture is no PNG but {found}; send a PNG")
    if len(body) < _HEADER.size:
        raise Refusal(400, "the PNG is broken or cut off; send it whole")
    _, _, first, width, height = _HEADER.unpack_from(body)
    if first != b"IHDR":
        raise Refusal(400, "the PNG does not begin with its header; send it whole")
    _within_limits(width, height)


def _within_limits(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise Refusal(400, f"{width:,} × {height:,} pixels are too many; {MAX_PIXELS:,} in all is the most")
