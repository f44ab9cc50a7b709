"""Secrets and personal addresses taken out of what sites and people send, before it is stored or told."""

import re
from typing import NamedTuple

import re2

from models.rules.known_tokens import without_tokens

# How these patterns stay linear on hostile text: each starts at a fixed word or at a token's first letter, repeats
# over a set that cannot contain that start (or is bounded), and what it has passed is never tried again. An escaped
# newline counts as a token's start, because logs carry JSON inside JSON.
_AT_START = r"(?:(?<![\w-]eyJ)|(?<=\\[nrt]eyJ))"
_UNTIL_QUOTE_OR_SPACE = r"[^\s\"'<>`]+"


class _Rule(NamedTuple):
    """What the pattern finds is replaced by the mark. The hint finds something in each text where the pattern does:
    it is for RE2, and some ten times as quick.
    """

    hint: str
    pattern: re.Pattern[str]
    mark: str


def _shape(hint: str, pattern: str, kind: str) -> _Rule:
    return _Rule(hint, re.compile(pattern, re.ASCII), f"[redacted {kind}]")


# What is secret by its own shape, and of a kind that people want to know. Commit shas are not: they are what this
# project talks about.
_SHAPES = (
    # A key without its end was cut off: all that follows is taken for its body.
    _shape(
        "-----BEGIN ",
        r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{1,60}-----|\Z)",
        "private key",
    ),
    _shape(
        r"hooks\.slack",
        rf"hooks\.slack(?:-gov)?\.com(?:/|%2F){_UNTIL_QUOTE_OR_SPACE}",
        "Slack webhook",
    ),
    _shape(
        r"discord(?:app)?\.com/api/",
        rf"discord(?:app)?\.com/api/(?:v\d{{1,3}}/)?webhooks/{_UNTIL_QUOTE_OR_SPACE}",
        "Discord webhook",
    ),
    # Everything between the scheme and the last @ before the path; the user `git` is the same for everyone.
    _shape(r"://[^\s/\"'<>`]+@", r"(?<=://)(?!git@)[^\s/\"'<>`]+(?=@)", "credentials"),
    _shape("gh[oprsu]_|github_pat_", r"(?:gh[oprsu]_|github_pat_)\w{16,}", "GitHub token"),
    _shape("x(?:ox[a-z]|app)-", r"x(?:ox[a-z]|app)-[A-Za-z0-9-]{10,}", "Slack token"),
    _shape(
        r"[MNO][\w-]{23,}\.[\w-]{6}\.[\w-]|mfa\.",
        r"[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,40}|mfa\.[\w-]{80,100}",
        "Discord token",
    ),
    _shape(r"api\.telegram\.org/bot", r"(?<=api\.telegram\.org/bot)\d{1,20}:[\w-]+", "token"),
    _shape(
        "/heartbeats/",
        r"(?<=/heartbeats/)[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
        "heartbeat",
    ),
    _shape("pw_(?:site|user|canary)_", r"pw_(?:site|user|canary)_[\w-]{20,}", "Pluginwatch key"),
    _shape(
        "A(?:KIA|SIA)[A-Z2-7]", r"A(?<![A-Z0-9]A)(?:KIA|SIA)[A-Z2-7]{16}(?![A-Z0-9])", "AWS key"
    ),
    _shape(
        r"[A-Z\d]{4,8}-[A-Z\d]{4,8}-[A-Z\d]{4,8}-[A-Z\d]",
        r"(?<![\w-])(?=[A-Z-]*\d)(?=[\d-]*[A-Z])[A-Z\d]{4,8}(?:-[A-Z\d]{4,8}){3,7}(?![\w-])",
        "license key",
    ),
    _shape("eyJ", rf"eyJ{_AT_START}[\w-]{{8,}}+\.eyJ[\w-]{{8,}}+\.[\w-]*", "web token"),
    _shape(r"Bearer [\w.~+/-]{16}", r"(?<=\bBearer )[\w.~+/-]{16,}=*", "token"),
)

# What is secret by its name. Names end in `:`, `=` or `=>`, after their own closing quote if they have one. A name
# before an apostrophe may be a method of a backtrace (in `token': undefined …), so there the value must be quoted.
_PAIR = r"[ \t]{0,8}(?:=>|:(?!:|//))[ \t]{0,8}"
_ASSIGNED = r"[ \t]{0,8}(?:=>|:(?!:|//)|=(?![=~])|%3D)[ \t]{0,8}"
_NAME_END = r"(?:\\{{0,4}}\"\]?|'(?:\]|(?={end}[\[\\]{{0,5}}[\"'])))?{end}(?:\[(?=\\{{0,4}}[\"']))?"
# A quoted value runs to the same quote, with the same escaping, or to the line's end if it was cut off.
_QUOTED = r"(?:(?!(?P=quote))(?:\\.|[^\\\r\n]))++"
_VALUE = rf"(?P<quote>\\{{{{0,4}}}}[\"'`])?+(?(quote){_QUOTED}|{{bare}})"
_BARE_HEADER = r"[^\s\"'](?:[^\"'\r\n]|\"[^\"\r\n]*\"|'[^'\r\n]*')*+"
_BARE_VALUE = r"(?:\[redacted [^\]\n]{1,40}\]|[^\s\"'`&;<>])++"

_BARE_PARAMETER = r"(?:\[redacted [^\]\n]{1,40}\]|(?!%26|%23)[^\s\"'`&;#<>)\]}|])++"

_HEADERS = r"(?<![a-z])(?:authorization|cookie)"
_COOKIES = r"(?<!\w)(?:_t|_forum_session)"
# `Unexpected token: x` is a parser's complaint, and `token: word` mostly one too. PWD alone is where a shell stands.
_SECRETS = (
    r"(?:passw(?:or)?d|passphrase|(?<=[_;-])(?:pass|pwd)|secret(?:_key(?:_base)?)?"
    r"|(?:api|access|account|auth|encryption|master|private|signing)[_-]?key|(?:licen[cs]e|product)[_ -]?key"
    r"|(?<!\w)_auth|(?<=auth[_-])token|(?<!unexpected )token(?![ \t]*:[ \t]*[^\s\"'\\\[]{1,15}(?:[\s\[]|\Z)))"
)
_NAMES = "pass|pwd|passwd|password|passphrase|secret|secret_key|secret_key_base|key|token|_auth"

# In an address. `code` is left where it is the number of an answer.
_PARAMETERS = (
    r"(?:[?&;#]|%3F|%26)(?:key|app_?id|[\w-]{0,30}sig(?:nature)?|s?auth|code(?!(?:=|%3D)\d{1,4}\b)|pass|pwd?|sas|otp"
    r"|hmac|session_?id|sid|jwt|[\w-]{0,30}credential)(?:=|%3D)"
)
# What is said of an option or a variable (`--token is required`) is no value.
_NO_VALUE = (
    r"(?!(?:is|was|are|must|and|or|not|to|for|has|can|cannot|requires?d?|needs?|option|flag|argument|with|in|on|given"
    r"|env|environment|variable|missing|unset|empty|from|as|by|of|does|should|will|if|when)\b)"
)
# On a command line.
_OPTION = (
    r"(?<![\w-])--?[a-z0-9_-]{0,30}"
    r"(?:passw(?:or)?d|passphrase|pass|secret|token|(?:api|access|private)[_-]?key|credential)[ \t]{1,8}(?!-)"
    rf"{_NO_VALUE}"
)
# Programs whose password is a letter's, glued to it or not; and -p with letters and digits, whoever's it is.
_LETTER = (
    r"(?<![\w-])(?:(?:mysql\w{0,10}|mariadb(?:-\w{1,10})?)(?:\.exe)?[ \t][^\n;|&]{0,120}?(?<=[ \t])-p(?=[^\s-])"
    r"|sshpass[ \t]{1,4}-p[ \t]{0,4}"
    r"|(?:docker|podman|helm|registry|oc|cf)[ \t]{1,4}login[^\n;|&]{0,120}?[ \t]-p[ \t]{1,4}"
    r"|redis-cli[^\n;|&]{0,120}?[ \t]-a[ \t]{1,4}|(?:plink|pscp|psftp)[^\n;|&]{0,120}?[ \t]-pw[ \t]{1,4})"
)
_GLUED = (
    r"(?<![^\s\"'`(])-p(?!ython|erl|hp|arallel|\d+\b)(?=[^\s]{6})"
    r"(?=[^\s\d]{0,60}\d)(?=[^\sa-zA-Z]{0,60}[a-zA-Z])(?![^\s:/=,]{0,60}[:/=,])"
)
# As Dockerfiles, documentation and servers' files have it: a variable, and its value beside it.
_VARIABLE = (
    r"(?<![\w$])[A-Z][A-Z\d_]{0,60}_"
    r"(?:PASSWORD|PASSWD|PASS|PWD|SECRET|TOKEN|KEY_BASE|(?:API|ACCESS|SECRET|PRIVATE|LICENSE|MASTER)_KEY)"
    rf"[ \t]{{1,4}}(?![-=:<>|&(.*])(?![a-z]{{1,30}}[,.;)]?[ \t]{{1,4}}\w){_NO_VALUE}"
)
_BESIDE = (
    r"(?<![\w-])(?:[a-z][a-z\d_]{0,60}_(?:password|passwd|pwd|secret|token|(?:api|access|secret|private|license)_key)"
    r"|(?:licen[cs]e|product) key|(?:password|passphrase)[ \t]{1,4}(?:is|was))[ \t]{1,4}"
    r"(?=[^\s]{6})(?=[^\s\d]{0,60}\d)(?=[^\sa-z]{0,60}[a-z])"
)
_DIRECTIVE = (
    r"(?<![\w-])(?:requirepass|masterauth|machine[ \t]{1,4}\S{1,80}\s{1,4}login[ \t]{1,4}\S{1,80}"
    r"\s{1,4}password)[ \t]{1,4}"
)
_USER = r"(?<![\w-])(?:-u|--user|--proxy-user)[ \t=]{1,8}[\"']?[^\s:\"'/@]{0,100}:(?!\d+(?:\s|\Z))"
# As SQL and some programs say it: PASSWORD 'x', (TOKEN "x"). A parser's complaint about a token has no digit in it.
_TOLD = (
    r"(?<![\w`'\"])(?:passw(?:or)?d|passphrase|identified[ \t]{1,4}by|secret|(?:api|access|private)[_ -]?key"
    r"|(?<!unexpected )token(?=[ \t]{1,4}\\{0,4}[\"'`][^\s\"'`]{0,200}\d))[ \t]{1,4}(?=\\{0,4}[\"'`])"
)
# As programs tell what they set up, and as Rails' log lists an environment, between tabs.
_SET_TO = (
    r"(?<![a-z])(?:set|setting|changed?|changing|updated?|updating)[ \t]{1,4}[\w.-]{0,40}"
    r"(?:passw(?:or)?d|passphrase|secret|secret_key_base|token|(?:api|access|private)[_-]?key)[ \t]{1,4}to[ \t]{1,4}"
)
_LISTED = r"(?<![a-z\d])[a-z][a-z\d_]{0,40}(?:password|secret|token|api_key|_pass)\t{1,4}"
_ELEMENT = r"<[\w:-]{0,30}(?:passw(?:or)?d|secret|token|api[_-]?key)>(?=[^<\s])"


def _named(words: str, names: str, end: str, bare: str, kind: str) -> _Rule:
    """The value that follows a name and its end, quoted or bare."""
    before = rf"(?:{names}){_NAME_END.format(end=end)}"
    return _told(rf"(?:{words})[\\\"'\]]{{0,5}}[ \t]{{0,8}}(?:[:=]|%3D)", before, bare, kind)


def _told(
    hint: str,
    before: str,
    bare: str = _BARE_VALUE,
    kind: str = "secret",
    flags: re.RegexFlag = re.IGNORECASE,
) -> _Rule:
    """The value that follows at once, quoted or bare."""
    pattern = rf"(?P<name>{before}){_VALUE.format(bare=bare)}"
    mark = rf"\g<name>\g<quote>[redacted {kind}]"
    return _Rule(f"(?i){hint}", re.compile(pattern, flags), mark)


_NAMED = (
    _named("authorization|cookie", _HEADERS, _PAIR, _BARE_HEADER, "header"),
    _named("_t|_forum_session", _COOKIES, _ASSIGNED, _BARE_VALUE, "cookie"),
    _named(_NAMES, _SECRETS, _ASSIGNED, _BARE_VALUE, "secret"),
    _told(r"(?:[?&;#]|%3F|%26)[\w-]{1,60}(?:=|%3D)", _PARAMETERS, _BARE_PARAMETER),
    _told(rf"-[\w-]*(?:{_NAMES}|credential)[ \t]", _OPTION),
    _told(r"(?:-u|-user)[ \t=]+[\"']?[^\s:\"'/@]*:", _USER),
    _told(rf"(?:{_NAMES}|by)[ \t]{{1,4}}\\{{0,4}}[\"'`]", _TOLD),
    _told(rf"<[\w:-]*(?:{_NAMES})>", _ELEMENT),
    _told(rf"(?:{_NAMES}|base)[ \t]+to[ \t]", _SET_TO),
    _told(rf"(?:{_NAMES})\t", _LISTED),
    _told("mysql|mariadb|sshpass|login|redis-cli|plink|pscp|psftp", _LETTER, flags=re.NOFLAG),
    _told(r"-p[^\s]{6}", _GLUED, flags=re.NOFLAG),
    _told(rf"_(?:{_NAMES})[ \t]", _VARIABLE, flags=re.NOFLAG),
    _told(rf"(?:{_NAMES}|is|was)[ \t]", _BESIDE),
    _told("requirepass|masterauth|machine", _DIRECTIVE),
)

_E_MAIL = re.compile(
    # What looks alike and is not: versions (gem@1.2.3), pictures (logo@2x.png), stack frames (run@vendor.js).
    r"(?<![\w.+%-])(?!git@)(?:[\w.+%-]++@(?!\d+\.\d)(?:[\w-]{1,63}\.(?=\w)){1,8}+"
    r"(?!(?:css|g?js|gif|gz|hbs|html?|ico|jpe?g|json|lock|map|mjs|png|rb|scss|svg|tar|webp|ya?ml|zip)(?![\w-]))"
    r"(?:xn--[\w-]{1,59}|[^\W\d_]{2,24}))+"
)
_MAIL = _Rule(r"@[^\s@]+\.", _E_MAIL, "[redacted e-mail address]")


_AFTER_TOKENS = (_MAIL, *_NAMED)
_HINTS = {rule.hint: re2.compile(rule.hint.encode()) for rule in (*_SHAPES, *_AFTER_TOKENS)}
_ANY_HINT = re2.compile("|".join(f"(?:{hint})" for hint in _HINTS).encode())


def redact(text: str) -> str:
    """`text` with each secret and e-mail address replaced by a mark that names its kind, as `[redacted token]`."""
    content = text.encode("utf-8", "surrogatepass")
    if not _ANY_HINT.search(content):
        return without_tokens(text)
    return _without(_AFTER_TOKENS, without_tokens(_without(_SHAPES, text)))


def _without(rules: tuple[_Rule, ...], text: str) -> str:
    content = text.encode("utf-8", "surrogatepass")
    for rule in rules:
        if _HINTS[rule.hint].search(content):
            text = rule.pattern.sub(rule.mark, text)
    return text
