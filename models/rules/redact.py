"""Secrets and personal addresses taken out of what sites and people send, before it is stored or told."""

import re

# How these patterns stay linear on hostile text: each starts at a fixed word or at a token's first letter, repeats
# over a set that cannot contain that start (or is bounded), and what it has passed is never tried again. An escaped
# newline counts as a token's start, because logs carry JSON inside JSON. A leading letter that comes before the look
# at what precedes it lets the engine skip to that letter, which is several times as fast.
_AT_START = r"(?:(?<![\w-]eyJ)|(?<=\\[nrt]eyJ))"
_UNTIL_QUOTE_OR_SPACE = r"[^\s\"'<>`]+"

# What is secret by its own shape. Commit shas are not: they are what this project talks about.
_SHAPES = {
    # A key without its end was cut off: all that follows is taken for its body.
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{1,60}-----|\Z)": "private key",
    rf"hooks\.slack(?:-gov)?\.com(?:/|%2F){_UNTIL_QUOTE_OR_SPACE}": "Slack webhook",
    rf"discord(?:app)?\.com/api/(?:v\d{{1,3}}/)?webhooks/{_UNTIL_QUOTE_OR_SPACE}": "Discord webhook",
    # Everything between the scheme and the last @ before the path; the user `git` is the same for everyone.
    r"(?<=://)(?!git@)[^\s/\"'<>`]+(?=@)": "credentials",
    r"(?:gh[oprsu]_|github_pat_)\w{16,}": "GitHub token",
    r"x(?:ox[a-z]|app)-[A-Za-z0-9-]{10,}": "Slack token",
    r"[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,40}|mfa\.[\w-]{80,100}": "Discord token",
    r"(?<=/heartbeats/)[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}": "heartbeat",
    r"pw_(?:site|user|canary)_[\w-]{20,}": "Pluginwatch key",
    r"A(?<![A-Z0-9]A)(?:KIA|SIA)[A-Z2-7]{16}(?![A-Z0-9])": "AWS key",
    rf"eyJ{_AT_START}[\w-]{{8,}}+\.eyJ[\w-]{{8,}}+\.[\w-]*": "web token",
    r"(?<=\bBearer )[\w.~+/-]{16,}=*": "token",
}

# What is secret by its name. Names end in `:`, `=` or `=>`, after their own closing quote if they have one. A name
# before an apostrophe may be a method of a backtrace (in `token': undefined …), so there the value must be quoted.
_PAIR = r"[ \t]{0,8}(?:=>|:(?!:|//))[ \t]{0,8}"
_ASSIGNED = r"[ \t]{0,8}(?:=>|:(?!:|//)|=(?![=~])|%3D)[ \t]{0,8}"
_NAME_END = r"(?:\\{{0,4}}\"|'(?={end}[\[\\]{{0,5}}[\"']))?{end}(?:\[(?=\\{{0,4}}[\"']))?"
# A quoted value runs to the same quote, with the same escaping, or to the line's end if it was cut off.
_VALUE = r"(?P<quote>\\{{0,4}}[\"'`])?+(?(quote)(?:(?!(?P=quote))(?:\\.|[^\\\r\n]))++|{bare})"
_BARE_HEADER = r"[^\s\"'](?:[^\"'\r\n]|\"[^\"\r\n]*\"|'[^'\r\n]*')*+"
_BARE_VALUE = r"(?:\[redacted [^\]\n]{1,40}\]|[^\s\"'`&;<>])++"

_HEADERS = r"(?<![a-z])(?:authorization|cookie)"
_COOKIES = r"(?<!\w)(?:_t|_forum_session)"
# `Unexpected token: x` is a parser's complaint, and `token: word` mostly one too.
_SECRETS = (
    r"(?:passw(?:or)?d|passphrase|secret(?:_key(?:_base)?)?|(?:api|access|private)[_-]?key"
    r"|(?<!unexpected )token(?![ \t]*:[ \t]*[^\s\"'\\\[]{1,15}(?:[\s\[]|\Z)))"
)

_E_MAIL = (
    # What looks alike and is not: versions (gem@1.2.3), pictures (logo@2x.png), stack frames (run@vendor.js).
    r"(?<![\w.+%-])(?!git@)(?:[\w.+%-]++@(?!\d+\.\d)(?:[\w-]{1,63}\.(?=\w)){1,8}+"
    r"(?!(?:css|g?js|gif|gz|hbs|html?|ico|jpe?g|json|lock|map|mjs|png|rb|scss|svg|tar|webp|ya?ml|zip)(?![\w-]))"
    r"(?:xn--[\w-]{1,59}|[^\W\d_]{2,24}))+"
)


def _named(names: str, end: str, bare: str, kind: str) -> tuple[re.Pattern[str], str]:
    pattern = rf"(?P<name>{names}{_NAME_END.format(end=end)}){_VALUE.format(bare=bare)}"
    return re.compile(pattern, re.IGNORECASE), rf"\g<name>\g<quote>[redacted {kind}]"


_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    *((re.compile(shape, re.ASCII), f"[redacted {kind}]") for shape, kind in _SHAPES.items()),
    (re.compile(_E_MAIL), "[redacted e-mail address]"),
    _named(_HEADERS, _PAIR, _BARE_HEADER, "header"),
    _named(_COOKIES, _ASSIGNED, _BARE_VALUE, "cookie"),
    _named(_SECRETS, _ASSIGNED, _BARE_VALUE, "secret"),
)


def redact(text: str) -> str:
    """`text` with each secret and e-mail address replaced by a mark that names its kind, as `[redacted token]`."""
    for pattern, mark in _RULES:
        text = pattern.sub(mark, text)
    return text
