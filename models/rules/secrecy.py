"""Secrets that are known letter for letter, removed from texts in whatever way they are spelled.
Pure.
"""

import base64
import html
import json
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

MARK = "[redacted secret]"
_MATCHES_NOTHING = r"(?!)"


class KnownSecrets:
    """Removes these secrets from text and bytes.

    They are found as they are, and as addresses, JSON, HTML and headers spell them.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        spellings: set[str] = set()
        for secret in filter(None, secrets):
            spellings.update(_spellings(secret))
        # The longest first: one secret may be a part of another.
        longest_first = sorted(spellings, key=len, reverse=True)
        pattern = "|".join(map(re.escape, longest_first)) or _MATCHES_NOTHING
        self._text = re.compile(pattern)
        self._bytes = re.compile(pattern.encode())

    def removed(self, text: str) -> str:
        """The text without them."""
        return self._text.sub(MARK, text)

    def removed_from(self, content: bytes) -> bytes:
        """The content without them."""
        return self._bytes.sub(MARK.encode(), content)


def _spellings(secret: str) -> Iterable[str]:
    quoted = json.dumps(secret)[1:-1]
    yield from (
        secret,
        quoted,
        json.dumps(quoted)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
    )
    yield from (quote(secret, safe=""), quote_plus(secret), quote(secret))
    yield html.escape(secret, quote=False).replace('"', "&quot;")
    yield base64.b64encode(secret.encode()).decode()
