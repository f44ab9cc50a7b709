"""Screenshots: only pixels of real PNGs are kept."""

import contextlib
import io
import os
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from models.picture import (
    MAX_PIXELS,
    MAX_SCREENSHOT,
    MAX_SIDE,
    NoPngError,
    PictureError,
    TooLargeError,
    made_anew,
)
from tests.webhooks.pictures import SIGNATURE, chunk, header, png

SECRET = b"a secret of the camera"
TEXT = chunk(b"tEXt", b"Comment\0" + SECRET)
EXIF = chunk(b"eXIf", b"MM\0*\0\0\0\x08\0\0" + SECRET)
ANIMATION = chunk(b"acTL", struct.pack(">II", 2, 0)) + chunk(
    b"fcTL", struct.pack(">IIIIIHHBB", 0, 20, 10, 0, 0, 1, 1, 0, 0)
)


def test_the_pixels_stay_and_nothing_else_does() -> None:
    made = made_anew(png(TEXT, EXIF, trailer=b"<script>alert(1)</script>"))
    with Image.open(io.BytesIO(made)) as picture:
        assert (picture.format, picture.size, picture.getpixel((3, 3))) == (
            "PNG",
            (20, 10),
            (255, 0, 0),
        )
        assert picture.info == {}
    assert SECRET not in made
    assert made.endswith(chunk(b"IEND", b""))


def test_transparency_stays() -> None:
    stored = io.BytesIO()
    Image.new("RGBA", (4, 4), (1, 2, 3, 77)).save(stored, "PNG")
    with Image.open(io.BytesIO(made_anew(stored.getvalue()))) as picture:
        assert picture.getpixel((0, 0)) == (1, 2, 3, 77)


def test_what_can_be_kept_as_it_is_is_not_held_twice() -> None:
    stored = io.BytesIO()
    Image.new("LA", (4, 4), (9, 77)).save(stored, "PNG")
    with Image.open(io.BytesIO(made_anew(stored.getvalue()))) as picture:
        assert (picture.mode, picture.getpixel((0, 0))) == ("LA", (9, 77))


def saved(kind: str) -> bytes:
    stored = io.BytesIO()
    Image.new("RGB", (4, 4)).save(stored, kind)
    return stored.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (saved("JPEG"), "a JPEG"),
        (saved("GIF"), "a GIF"),
        (b'\n<?xml version="1.0"?><svg onload="alert(1)"/>', "an XML document"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "an HTML page"),
        (b"", "empty"),
        (b"PNG", "something else"),
        (b"iVBORw0KGgoAAAANSUhEUg", "one in Base64, which is to be decoded first"),
        (b"data:image/png;base64,iVBORw0KGgo", "an address of one in Base64"),
        (b"\0\0\0\x1cftypavif\0\0\0\0", "an AVIF or HEIC"),
        (b"BM8\0\0\0", "a BMP"),
        (b"GIF89a" + png(), "a GIF"),
    ],
)
def test_what_is_no_png_is_told_by_its_name(content: bytes, words: str) -> None:
    with pytest.raises(NoPngError, match=words):
        made_anew(content)


def zipped(name: bytes, size: int) -> bytes:
    return chunk(name, b"x\0\0" + zlib.compress(b"a" * size, 9))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (png()[:-30], "broken or cut off"),
        (png()[:20], "broken or cut off"),
        (SIGNATURE, "broken or cut off"),
        (SIGNATURE + TEXT + png()[8:], "does not begin with its header"),
        (
            SIGNATURE + header(20, 10) + chunk(b"IDAT", b"nonsense") + chunk(b"IEND", b""),
            "broken or cut off",
        ),
        (
            SIGNATURE + header(16_000, 16_000) + chunk(b"IDAT", zlib.compress(bytes(100_000))),
            "too many",
        ),
        (png(header(50_000, 50_000)), "two headers"),
        (SIGNATURE + header(MAX_SIDE + 1, 1) + chunk(b"IDAT", b""), "too long"),
        (SIGNATURE + header(1, MAX_SIDE + 1) + chunk(b"IDAT", b""), "too long"),
        (png(ANIMATION), "animated"),
        (png(zipped(b"zTXt", 5_000_000)), "broken or cut off"),
        (
            png(chunk(b"iTXt", b"k\0\1\0\0\0" + zlib.compress(bytes(5_000_000)))),
            "broken or cut off",
        ),
        (png(*[zipped(b"zTXt", 1_000_000)] * 80), "broken or cut off"),
        (png(zipped(b"iCCP", 50_000_000)), "broken or cut off"),
    ],
)
def test_broken_animated_and_exploding_pictures(content: bytes, words: str) -> None:
    with pytest.raises(PictureError, match=words):
        made_anew(content)


def test_a_picture_that_hardly_compresses_may_grow_too_large() -> None:
    stored = io.BytesIO()
    Image.frombytes("L", (3_000, 1_500), os.urandom(4_500_000)).save(stored, "PNG")
    assert len(stored.getvalue()) < MAX_SCREENSHOT
    with pytest.raises(TooLargeError):
        made_anew(stored.getvalue())


def test_the_largest_picture_is_taken() -> None:
    height = MAX_PIXELS // 1_500
    stored = io.BytesIO()
    Image.new("RGB", (1_500, height), "#eef").save(stored, "PNG")
    with Image.open(io.BytesIO(made_anew(stored.getvalue()))) as picture:
        assert picture.size == (1_500, height)


@settings(max_examples=300, deadline=None)
@given(place=st.integers(0, len(png(TEXT)) - 1), byte=st.integers(0, 255), cut=st.booleans())
def test_whatever_is_damaged_is_refused_or_harmless(place: int, byte: int, cut: bool) -> None:
    content = bytearray(png(TEXT))
    content[place] = byte
    with contextlib.suppress(PictureError):
        assert SECRET not in made_anew(bytes(content[:place] if cut else content))
