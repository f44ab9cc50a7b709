"""Secrets that are known by their letters, taken out of whatever shows them in any spelling. Pure."""

import base64
import json
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

MARK = "[redacted secret]"


class KnownSecrets:
    """Takes these secrets out of text and bytes: as they are, and as addresses, JSON, HTML and headers spell them."""

    def __init__(self, secrets: Iterable[str]) -> None:
        spellings = {spelling for secret in secrets if secret for spelling in _spellings(secret)}
        # The longest first: one secret may be a part of another.
        found = "|".join(re.escape(spelling) for spelling in sorted(spellings, key=len, reverse=True))
        self._text = re.compile(found or r"(?!)")
        self._bytes = re.compile((found or r"(?!)").encode())

    def removed(self, text: str) -> str:
        """The text without them."""
        return self._text.sub(MARK, text)

    def removed_from(self, content: bytes) -> bytes:
        """The content without them."""
        return self._bytes.sub(MARK.encode(), content)


def _spellings(secret: str) -> Iterable[str]:
    quoted = json.dumps(secret)[1:-1]
    yield from (secret, quoted, json.dumps(quoted)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
    yield from (quote(secret, safe=""), quote_plus(secret), quote(secret))
    yield secret.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    yield base64.b64encode(secret.encode()).decode()
