"""Tokens that are recognised as secret by their shape, from a maintained rule set.

The shapes are data, `known_tokens.json`, under the licences of `known_tokens.LICENSE`: the
catalogue of Kingfisher, which has that of Betterleaks (the successor of Gitleaks) and some of
Veles. `make tokens` writes it again. RE2 finds them all in one pass, in time linear in the text.
"""

import json
import re
from pathlib import Path
from typing import Any

import re2

# What that catalogue lacks, or finds only next to other words: Google's OAuth, Stripe's webhooks,
# OpenAI and similar by their prefix, Telegram, Mailgun, Mailchimp, Square, Sentry, New Relic, Terraform, Azure.
_MORE = (
    r"ya29\.[\w-]{16,}",
    r"GOCSPX-[\w-]{16,}",
    r"whsec_[A-Za-z0-9+/=]{16,}",
    r"sk-(?:ant|proj|svcacct|admin|or|None)-[\w-]{16,}",
    r"sk-[A-Za-z0-9]{32,}",
    r"[0-9]{8,10}:AA[\w-]{30,}",
    r"key-[0-9a-f]{32}",
    r"[0-9a-f]{32}-us[0-9]{1,2}",
    r"sq0[a-z]{3}-[\w-]{16,}",
    r"sntry[a-z]_[\w+/=-]{16,}",
    r"NRAK-[A-Z0-9]{16,}",
    r"[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{16,}",
    r"\w[\w~.]{2}[0-9]Q~[\w~.-]{16,}",
)
# A token begins at a word's beginning, or right after an escape of JSON or of an address.
_BEGIN = r"(?:\b|\\[nrt]|%[0-9A-Fa-f]{2})"
_ESCAPE = re.compile(rb"\\[nrt]|%[0-9A-Fa-f]{2}")
_DIGIT, _CAPITAL = re.compile(rb"[0-9]"), re.compile(rb"[A-Z]")


def _compiled() -> Any:
    data = Path(__file__).with_name("known_tokens.json").read_text(encoding="utf-8")
    shapes = (*json.loads(data)["shapes"].values(), *_MORE)
    each = "|".join(f"(?:{shape})" for shape in shapes)  # a flag in a group holds for it alone
    options = re2.Options()
    options.never_capture = True
    # Memory for the automaton, at the most. With 10 MiB and more RE2 also makes the one that goes back from a token's
    # end to its beginning, of which text full of different tokens makes ever new states: 1 s for 32 KB, not 12 ms.
    options.max_mem = 6 << 20
    options.log_errors = False
    return re2.compile(f"{_BEGIN}(?:{each})".encode(), options)


_TOKEN = _compiled()


def without_tokens(text: str) -> str:
    """The text with `[redacted token]` for each token."""
    content = text.encode("utf-8", "surrogatepass")
    if not _TOKEN.search(content):
        return text
    without: bytes = _TOKEN.sub(_marked, content)
    return without.decode("utf-8", "surrogatepass")


def _marked(found: Any) -> bytes:
    escape = _ESCAPE.match(found[0])
    word = found[0][escape.end() :] if escape else found[0]
    if _is_name(word):
        return bytes(found[0])
    return (escape[0] if escape else b"") + b"[redacted token]"


def _is_name(word: bytes) -> bool:
    """Whether this is a name, such as tss_something_long or r.registerComponents: of what was made at random half
    of the letters are capitals, and hardly one has no digit.
    """
    if _DIGIT.search(word):
        return False
    return 4 * len(_CAPITAL.findall(word)) <= len(word) or word == word.upper()
