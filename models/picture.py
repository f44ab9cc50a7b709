"""Screenshots: pictures from outside, taken apart and made anew, so that nothing but their pixels is kept."""

import io
import struct
import zlib

MAX_SCREENSHOT = 10 * 1024 * 1024
# A page of 1366 pixels in width may be some 5,800 high. Its pixels take four bytes each while it is made anew.
MAX_PIXELS = 8_000_000
# Chromium takes no picture that is longer. What one pixel is wide costs three times as much memory as a page.
MAX_SIDE = 16_384
# Pictures as they are kept; others are converted, for which they are held twice.
_CLEAR, _OPAQUE = ("RGBA", "LA"), ("RGB",)

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.Struct(
    ">8sI4sII"
)  # the signature, then the first chunk's length, name, and a PNG's width and height
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
    """The picture encoded anew: without metadata, and without whatever stood behind its end.

    Raises:
        PictureError: it is no whole, plain PNG of a fair size.
    """
    # It takes a few megabytes, and only the process that is given pictures needs it.
    from PIL import Image  # noqa: PLC0415 - see above

    _look_at_header(body)
    try:
        with Image.open(io.BytesIO(body), formats=["PNG"]) as picture:
            _within_limits(*picture.size)
            if getattr(picture, "is_animated", False):
                raise PictureError("the picture is animated; send a still PNG")
            picture.load()
            kept = _CLEAR if picture.has_transparency_data else _OPAQUE
            plain = picture if picture.mode in kept else picture.convert(kept[0])
    except Image.DecompressionBombError as error:
        raise PictureError("the PNG has two headers; send it whole") from error
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error) as error:
        raise PictureError("the PNG is broken or cut off; send it whole") from error
    plain.info.clear()
    made = io.BytesIO()
    plain.save(made, "PNG")
    if made.tell() > MAX_SCREENSHOT:
        raise TooLargeError(
            f"the picture takes more than {MAX_SCREENSHOT:,} bytes; send a smaller one"
        )
    return made.getvalue()


def _look_at_header(body: bytes) -> None:
    """Tell a PNG by its first bytes, and how large it will be, before anything is decoded."""
    if not body.startswith(_SIGNATURE):
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
