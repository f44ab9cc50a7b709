"""PNGs by hand, whole and otherwise, chunk by chunk."""

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(name: bytes, content: bytes) -> bytes:
    """A chunk with its length and checksum."""
    return (
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
    )


def header(width: int, height: int) -> bytes:
    """The first chunk of an RGB picture."""
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))


def png(*extra: bytes, width: int = 20, height: int = 10, trailer: bytes = b"") -> bytes:
    """A red picture with extra chunks before its pixels, and something behind its end."""
    pixels = chunk(b"IDAT", zlib.compress((b"\0" + b"\xff\0\0" * width) * height))
    return (
        SIGNATURE + header(width, height) + b"".join(extra) + pixels + chunk(b"IEND", b"") + trailer
    )
