"""Tokens that are secret by their own shape, as a kept rule set knows them.

The shapes are data, `known_tokens.json`, and under the licences of `known_tokens.LICENSE`: the catalogue of Kingfisher,
which is Betterleaks' (the successor of Gitleaks) and some of Veles'. `make tokens` writes it anew. RE2 finds them all
in one pass whose time is linear in the text, whatever the text.
"""

import json
import re
from pathlib import Path
from typing import Any

import re2

# What that catalogue lacks or knows only beside other words: Google's OAuth, Stripe's webhooks, OpenAI and its kin by
# their beginnings, Telegram, Mailgun, Mailchimp, Square, Sentry, New Relic, Terraform, Azure.
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
# A word of its own; what ends an escape of JSON or of an address counts as its beginning too.
_BEGIN = r"(?:\b|\\[nrt]|%[0-9A-Fa-f]{2})"
_ESCAPE = re.compile(rb"\\[nrt]|%[0-9A-Fa-f]{2}")
_HAS_DIGIT = re.compile(rb"[0-9]")


def _compiled() -> Any:
    kept = json.loads(Path(__file__).with_name("known_tokens.json").read_text(encoding="utf-8"))["shapes"].values()
    each = "|".join(f"(?:{shape})" for shape in (*kept, *_MORE))  # a flag within one holds for it alone
    options = re2.Options()
    options.never_capture = True
    options.max_mem = 64 << 20  # at the most, for the automaton; beyond it RE2 is slower, and says so on standard error
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
    if not _HAS_DIGIT.search(word) and word in (word.lower(), word.upper()):
        return bytes(found[0])  # nothing but letters of one case: a name, such as tss_something_long
    return (escape[0] if escape else b"") + b"[redacted token]"
