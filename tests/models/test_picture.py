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
# Of each colour type, the samples of a pixel and their bits, and what may stand for transparent.
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
TRANSPARENT = {0: b"\0\1", 2: b"\0\1\0\2\0\3", 3: b"\0\x80"}


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


def test_grey_with_transparency_stays_as_it_is() -> None:
    stored = io.BytesIO()
    Image.new("LA", (4, 4), (9, 77)).save(stored, "PNG")
    with Image.open(io.BytesIO(made_anew(stored.getvalue()))) as picture:
        assert (picture.mode, picture.getpixel((0, 0))) == ("LA", (9, 77))


@st.composite
def any_png(draw: st.DrawFn) -> bytes:
    """One of each kind that there is, with its rows in random bytes under random filters."""
    colour, depths = draw(st.sampled_from(sorted(DEPTHS.items())))
    depth = draw(st.sampled_from(depths))
    width, height = draw(st.integers(1, 19)), draw(st.integers(1, 19))
    interlaced = draw(st.booleans())
    chance = draw(st.randoms(use_true_random=False))
    about = [
        chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced))
    ]
    if colour == 3:
        about.append(chunk(b"PLTE", chance.randbytes(3 << depth)))
    # Of grey in less than a byte Pillow takes another one for transparent than browsers do.
    if colour in TRANSPARENT and (colour == 3 or depth >= 8) and draw(st.booleans()):
        about.append(chunk(b"tRNS", TRANSPARENT[colour]))
    rows = []
    for across, down in parts(width, height, interlaced=interlaced):
        for _ in range(down):
            rows.append(bytes([chance.randrange(5)]))
            rows.append(chance.randbytes((across * depth * SAMPLES[colour] + 7) // 8))
    packed = zlib.compress(b"".join(rows))
    cut = draw(st.integers(0, len(packed)))
    pixels = chunk(b"IDAT", packed[:cut]) + chunk(b"IDAT", packed[cut:])
    return SIGNATURE + b"".join(about) + pixels + chunk(b"IEND", b"")


def parts(width: int, height: int, *, interlaced: bool) -> list[tuple[int, int]]:
    """Of how many pixels each part's rows are, counted one by one."""
    columns = ("0", "4", "04", "26", "0246", "1357", "01234567")
    rows = ("0", "0", "4", "04", "26", "0246", "1357")
    if not interlaced:
        return [(width, height)]
    sizes = [
        (
            sum(str(column % 8) in each for column in range(width)),
            sum(str(row % 8) in other for row in range(height)),
        )
        for each, other in zip(columns, rows, strict=True)
    ]
    return [size for size in sizes if all(size)]


@settings(max_examples=300, deadline=None)
@given(sent=any_png())
def test_each_pixel_is_as_another_decoder_has_it(sent: bytes) -> None:
    with Image.open(io.BytesIO(sent)) as before, Image.open(io.BytesIO(made_anew(sent))) as made:
        assert made.size == before.size
        assert "P" not in made.mode
        assert made.convert("RGBA").tobytes() == before.convert("RGBA").tobytes()


def test_the_grey_that_stands_for_transparent_does_so_in_all_eight_bits() -> None:
    about = chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 1, 2, 0, 0, 0, 0)) + chunk(b"tRNS", b"\0\1")
    sent = SIGNATURE + about + chunk(b"IDAT", zlib.compress(b"\0\x1b"))
    with Image.open(io.BytesIO(made_anew(sent))) as picture:
        assert (picture.mode, picture.tobytes()) == ("LA", b"\0\xff\x55\0\xaa\xff\xff\xff")


def test_what_no_pixel_shows_is_not_kept() -> None:
    about = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 1, 3, 0, 0, 0))
    palette = chunk(b"PLTE", b"\1\2\3see")
    sent = SIGNATURE + about + palette + chunk(b"IDAT", zlib.compress(b"\0\x7f"))
    made = made_anew(sent)
    assert b"see" not in made
    assert made == made_anew(sent.replace(palette, chunk(b"PLTE", b"\1\2\3"))), "bits behind it"


@pytest.mark.parametrize(
    "about",
    [
        chunk(b"zTXt", b"x\0\0" + zlib.compress(b"a" * 5_000_000, 9)),
        chunk(b"iTXt", b"k\0\1\0\0\0" + zlib.compress(bytes(5_000_000))),
        chunk(b"iCCP", b"x\0\0" + zlib.compress(b"a" * 50_000_000, 9)),
    ],
    ids=("text", "international text", "profile"),
)
def test_what_explodes_beside_the_pixels_is_not_unpacked(about: bytes) -> None:
    assert made_anew(png(*[about] * 20)) == made_anew(png())


def test_more_rows_than_the_header_says_are_left_out() -> None:
    packed = zlib.compress((b"\0" + b"\xff\0\0" * 20) * 1_000_000)
    sent = SIGNATURE + header(20, 10) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    assert made_anew(sent) == made_anew(png())


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
        (SIGNATURE + header(0, 10) + chunk(b"IDAT", b""), "broken or cut off"),
        (SIGNATURE + header(20, 10) + chunk(b"IEND", b""), "broken or cut off"),
        (png(width=20, height=9).replace(header(20, 9), header(20, 10)), "broken or cut off"),
        (png(chunk(b"tIME", b"x")).replace(b"tIMEx", b"tIMEy"), "broken or cut off"),
        (
            SIGNATURE + header(1, 1) + chunk(b"IDAT", zlib.compress(b"\5abc")),
            "broken or cut off",
        ),
    ],
)
def test_broken_animated_and_exploding_pictures(content: bytes, words: str) -> None:
    with pytest.raises(PictureError, match=words):
        made_anew(content)


def test_a_picture_that_hardly_compresses_may_grow_too_large() -> None:
    stored = io.BytesIO()
    noise = Image.frombytes("P", (4_000, 2_000), os.urandom(8_000_000))
    noise.putpalette(os.urandom(3 * 256))
    noise.save(stored, "PNG", transparency=os.urandom(256))
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
