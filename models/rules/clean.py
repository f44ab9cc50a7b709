"""Texts from outside as they can be stored: what no database or encoder takes is replaced, visibly.

Every door passes what it reads through here: PostgreSQL stores no NUL, and no encoder writes half of a surrogate pair.
"""

import re
from typing import Any

# Unicode's own sign for a character that could not be read.
REPLACEMENT = "\ufffd"

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
# How JSON spells them. It finds whole pairs too, which costs a look at the texts and changes none of them.
_SPELT = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


def clean(text: str) -> str:
    """The text with each NUL and each half of a surrogate pair replaced by `REPLACEMENT`."""
    return _UNSTORABLE.sub(REPLACEMENT, text)


def needs_cleaning(json_text: str) -> bool:
    """Whether JSON that is written so may hold texts to clean. It seldom does, and need not be gone through then."""
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
