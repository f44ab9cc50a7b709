"""Texts from outside as they can be stored: characters that cannot be stored are replaced, visibly.

Every door passes what it reads through here: PostgreSQL stores no NUL, and UTF-8 cannot encode a
lone surrogate.
"""

import re
from typing import Any

# Unicode's own sign for a character that could not be read.
REPLACEMENT = "\ufffd"

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
# How JSON spells them. It also finds whole surrogate pairs: the texts are then looked at in vain.
_SPELT = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


def clean(text: str) -> str:
    """The text with each NUL and each half of a surrogate pair replaced by `REPLACEMENT`."""
    return _UNSTORABLE.sub(REPLACEMENT, text)


def needs_cleaning(json_text: str) -> bool:
    """Whether this JSON may hold texts to clean. It rarely does, and need not be searched then."""
    return _SPELT.search(json_text) is not None


def clean_json(value: Any) -> Any:
    """Parsed JSON with each text and each key within cleaned."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [clean_json(item) for item in value]
    if isinstance(value, dict):
        return {clean(key): clean_json(item) for key, item in value.items()}
    return value
