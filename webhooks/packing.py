"""Answers that travel packed by gzip, where who asks can read that."""

import re
import zlib

from fastapi import Request

# zlib's fastest level, which makes 300 KB of 9 MB of JSON within 10 ms, and its number for the format of gzip.
_LEVEL, _AS_GZIP = 1, 31
# The coding's name, but with the weight of what must not come (RFC 9110, section 12.5.3).
_GZIP = re.compile(r"(?:^|,)\s*(?:x-)?gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[^,]*)?(?:,|$)", re.I)


def takes_gzip(request: Request) -> bool:
    """Whether who asks can read an answer that is packed by gzip."""
    asked = ",".join(request.headers.getlist("accept-encoding"))
    return _GZIP.search(asked) is not None


class PackedBeginning:
    """What many answers begin with, packed once for all of them."""

    def __init__(self, *parts: bytes) -> None:
        self._packing = zlib.compressobj(_LEVEL, zlib.DEFLATED, _AS_GZIP)
        self._packed = b"".join(map(self._packing.compress, parts))

    def with_end(self, end: bytes) -> bytes:
        """The answer that ends so, packed."""
        packing = self._packing.copy()
        return b"".join((self._packed, packing.compress(end), packing.flush()))
