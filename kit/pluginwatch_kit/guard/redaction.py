"""Secrets and personal addresses taken out of a failure before it is stored or told.

The rules are Pluginwatch's own, as data: `secrets.json`, which `make tokens` writes.
"""

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

_DIGIT, _CAPITAL = re.compile(rb"[0-9]"), re.compile(rb"[A-Z]")
# Of a longer text only the two ends are read.
_FAR_TOO_LONG = 4

_Rule = tuple["re.Pattern[str]", str]


class _Rules(NamedTuple):
    first: list[_Rule]
    token: "re.Pattern[bytes]"
    escape: "re.Pattern[bytes]"
    last: list[_Rule]


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    data = json.loads(Path(__file__).with_name("secrets.json").read_text(encoding="utf-8"))
    return _Rules(
        first=[(re.compile(pattern, flags), mark) for pattern, flags, mark in data["first"]],
        token=re.compile(data["token"].encode()),
        escape=re.compile(data["escape"].encode()),
        last=[(re.compile(pattern, flags), mark) for pattern, flags, mark in data["last"]],
    )


def redact(text: str) -> str:
    """`text` with each secret and e-mail address replaced by a mark that names its kind, as `[redacted token]`."""
    for pattern, mark in _rules().first:
        text = pattern.sub(mark, text)
    content = text.encode("utf-8", "surrogatepass")
    text = _rules().token.sub(_marked, content).decode("utf-8", "surrogatepass")
    for pattern, mark in _rules().last:
        text = pattern.sub(mark, text)
    return text


def without_secrets(text: str, limit: int) -> str:
    """At most `limit` characters of a text, redacted: of what is longer, both ends.

    The cut may divide a secret, so twice as much is read of each end, and the part next to the cut is dropped.
    """
    if len(text) > _FAR_TOO_LONG * limit:
        head, tail = redact(text[: 2 * limit])[:-limit], redact(text[-2 * limit :])[limit:]
    else:
        head = tail = redact(text)
        if len(head) <= limit:
            return head
    notice = "\n[… the middle is left out …]\n"
    room = (limit - len(notice)) // 2
    return f"{head[:room]}{notice}{tail[-room:]}"


def _marked(found: "re.Match[bytes]") -> bytes:
    whole = found.group()
    escape = _rules().escape.match(whole)
    word = whole[escape.end() :] if escape else whole
    if _is_name(word):
        return whole
    return (escape.group() if escape else b"") + b"[redacted token]"


def _is_name(word: bytes) -> bool:
    """Whether this is a name, such as tss_something_long or r.registerComponents: of what was made at random half
    of the letters are capitals, and hardly one has no digit.
    """
    if _DIGIT.search(word):
        return False
    return 4 * len(_CAPITAL.findall(word)) <= len(word) or word == word.upper()
